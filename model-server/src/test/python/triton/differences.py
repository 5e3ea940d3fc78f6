"""What came of a call on both servers, and why it differs where it does."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from bare_calls import fatal_to_triton, metrics, over_bare_http
from client_calls import about_models, inference
from side import Call, Side
from tritonclient.utils import InferenceServerException


@dataclass(frozen=True)
class Reason:
    """Why the two differ where both patterns match: the call's name, and "Triton's / ours"."""

    call: str
    difference: str
    text: str


REASONS = [
    Reason(r".*server metadata", r".*", "another server: its own name, version and extensions"),
    Reason(
        r".*model metadata.*", r"platform", "Triton's ONNX models run on its Python backend here"
    ),
    Reason(
        r".*model config.*",
        r"answered.*answered",
        "the backend's name, and defaults that Triton writes out",
    ),
    Reason(
        r".*(statistics|stats).*",
        r"(answered|200).*(answered|200)",
        "durations differ; Triton has parts of its own",
    ),
    Reason(r"bare GET /v2", r".*", "another server: its own name, version and extensions"),
    Reason(
        r"bare GET .*/versions/1",
        r"platform",
        "Triton's ONNX models run on its Python backend here",
    ),
    Reason(r".*index", r'"reason": ""', "a reason that is empty is written, too"),
    Reason(r"metrics", r".*", "Triton has more: of GPUs, memory and caches, which are not here"),
    Reason(r".*output twice", r"twice", "asking twice for one output is a mistake"),
    Reason(r".*class count", r"classification", "no model of ours has labels"),
    Reason(r".*sequence", r"sequence", "a user's state is in Flink"),
    Reason(r"bare infer.*", r"HTTP 500.*HTTP 400", "the request is wrong, not the server"),
    Reason(
        r"bare infer, shape.*", r"client fails.*HTTP 400", "Triton's process ends at this shape"
    ),
    Reason(
        r"bare infer, (empty|header length.*)",
        r"HTTP 200.*HTTP 400",
        "Triton takes a body without JSON for the bytes of the one input",
    ),
    Reason(
        r"bare infer, .*",
        r"HTTP 200.*HTTP 400",
        "what is not understood is refused by name, never ignored",
    ),
    Reason(
        r"bare .*", r"HTTP 40\d.*HTTP 40\d", "a path that is there, asked by another method, is 405"
    ),
]


def outcome(call: Callable[[Side], object], side: Side) -> tuple[str, str]:
    """The status, and the answer as text."""
    try:
        answer = call(side)
    except InferenceServerException as refusal:
        return f"refused {refusal.status()}", str(refusal.message())
    except Exception as failure:
        return f"client fails: {type(failure).__name__}", str(failure)
    if isinstance(answer, dict) and "status" in answer and len(answer) <= 2:
        body = json.dumps(answer.get("body", ""), sort_keys=True)
        return f"HTTP {answer['status']}", body
    return "answered", json.dumps(answer, sort_keys=True, default=str)


OURS_ALONE = {"queue_us", "compute_us"}


def without_our_parameters(text: str) -> str:
    """Our times of an answer are parameters, which the protocol leaves open."""
    try:
        answer = json.loads(text)
    except json.JSONDecodeError:
        return text
    if isinstance(answer, dict) and set(answer.get("parameters", {})) <= OURS_ALONE:
        answer.pop("parameters", None)
    return json.dumps(answer, sort_keys=True)


def reason(name: str, difference: str) -> str | None:
    for each in REASONS:
        if re.fullmatch(each.call, name) and re.search(each.difference, difference, re.DOTALL):
            return each.text
    return None


Difference = tuple[str, str, str, str | None]


def compare(theirs: Side, ours: Side) -> tuple[int, list[Difference]]:
    """How many calls there were, and what differs: name, Triton's outcome, ours, why."""
    calls: list[Call] = []
    for protocol in ("grpc", "http"):
        calls += [*about_models(protocol), *inference(protocol)]
    calls += [*over_bare_http(), ("metrics", metrics), *fatal_to_triton()]
    differences = []
    for name, call in calls:
        (status, text), (our_status, our_text) = outcome(call, theirs), outcome(call, ours)
        same_answer = status.startswith(("refused", "HTTP 4", "HTTP 5")) or without_our_parameters(
            text
        ) == without_our_parameters(our_text)
        if status != our_status or not same_answer:
            shown = (f"{status}: {text}", f"{our_status}: {our_text}")
            differences.append((name, *shown, reason(name, " / ".join(shown))))
    return len(calls), differences
