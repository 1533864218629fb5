"""The line to the host: JSON lines, requests on stdin and events on what was stdout."""

import json
import os
import sys
import threading

WIRE_VERSION = 1


class Wire:
    """Sends events to the host; reads its requests in a thread of its own, even while a step computes."""

    def __init__(self, on_request):
        # Libraries may print to stdout; the host must get only our lines.
        self._out = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
        os.dup2(2, 1)
        self._on_request = on_request
        self._guard = threading.Lock()

    def tell(self, kind, **fields):
        with self._guard:
            self._out.write(json.dumps({"type": kind, **fields}, ensure_ascii=False, allow_nan=False) + "\n")

    def listen(self):
        """Reads until the host is gone; then nobody is left to train for."""
        for line in sys.stdin:
            self._on_request(json.loads(line))
        os._exit(0)
