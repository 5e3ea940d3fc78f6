"""How long recommendations take while the language model of the same server writes, or does not.

    python3 beside_language_model.py --port 8000 --seconds 10 --writers 2

One caller asks the recommender for a list 50 times a second, from the planned moment on, whatever
came of the last call; writers ask the language model for texts of 64 tokens, one after the other.
"""

import argparse
import http.client
import json
import threading
import time

PER_SECOND = 50
WARM_UP = 50
ITEMS = ["50", "181", "1", "100", "121"]
LIST = json.dumps(
    {
        "inputs": [
            {"name": "item_id", "datatype": "BYTES", "shape": [1, 5], "data": ITEMS},
            {"name": "event_type", "datatype": "INT32", "shape": [1, 5], "data": [5] * 5},
            {"name": "age_s", "datatype": "FP32", "shape": [1, 5], "data": [400, 300, 200, 100, 0]},
        ]
    }
)
LIKES = "Alien, Heat, Fargo, Big, Jaws, " * 12


def post(connection: http.client.HTTPConnection, path: str, body: str) -> dict:
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {content[:200]!r}")
    return json.loads(content)


def write(port: int, done: threading.Event, tokens: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not done.is_set():
        question = f"List number {len(tokens)} of films that somebody may like who likes {LIKES}"
        message = {"role": "user", "content": question}
        body = {"model": "smollm2-135m-instruct", "messages": [message], "max_tokens": 64}
        answer = post(connection, "/v1/chat/completions", json.dumps(body))
        tokens.append(answer["usage"]["total_tokens"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--writers", type=int, default=2)
    options = parser.parse_args()
    done, tokens = threading.Event(), []
    for _ in range(options.writers):
        threading.Thread(target=write, args=(options.port, done, tokens), daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", options.port, timeout=60)
    for _ in range(WARM_UP):
        post(connection, "/v2/models/recommender/infer", LIST)
    calls = int(options.seconds * PER_SECOND)
    start = time.perf_counter()
    took = []
    for call in range(calls):
        due = start + call / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        post(connection, "/v2/models/recommender/infer", LIST)
        took.append(1e3 * (time.perf_counter() - due))
    done.set()
    took.sort()
    p50, p99 = took[calls // 2], took[int(calls * 0.99)]
    print(f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {calls} lists, {sum(tokens)} tokens of texts")


if __name__ == "__main__":
    main()
