"""Which tests there are here: those of the real language model need its folder."""

import os

collect_ignore = (
    [] if os.environ.get("MILLRACE_LANGUAGE_MODEL") else ["test_real_language_model.py"]
)
