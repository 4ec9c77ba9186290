/**
 * The Python module `kestra`, so that `from kestra import Kestra` works without an installation: it prints the lines of
 * the output protocol. One that is really installed wins, because this one stands at the end of the path.
 */
export const KESTRA_MODULE = String.raw`"""Outputs, metrics and logs of a script, told to the orchestrator by lines on the standard output."""
import json
import logging
import sys
import time


def _send(message, stream=None):
    print("::" + json.dumps(message, default=str) + "::", file=stream or sys.stdout, flush=True)


class _LogHandler(logging.Handler):
    _LEVELS = {"WARNING": "WARN", "CRITICAL": "ERROR"}

    def emit(self, record):
        level = self._LEVELS.get(record.levelname, record.levelname)
        stream = sys.stderr if record.levelno >= logging.WARNING else sys.stdout
        _send({"logs": [{"level": level, "message": self.format(record)}]}, stream)


class Kestra:
    """What a script tells about itself."""

    _logger = None

    @staticmethod
    def _send(message):
        _send(message)

    @staticmethod
    def format(map_):
        return "::" + json.dumps(map_, default=str) + "::"

    @staticmethod
    def outputs(map_):
        """Adds outputs; later tasks see them below outputs.<task id>.vars."""
        _send({"outputs": map_})

    @staticmethod
    def assets(map_):
        _send({"assets": map_})

    @staticmethod
    def _metric(name, type_, value, tags=None):
        _send({"metrics": [{"name": name, "type": type_, "value": value, "tags": tags or {}}]})

    @staticmethod
    def counter(name, value, tags=None):
        Kestra._metric(name, "counter", value, tags)

    @staticmethod
    def gauge(name, value, tags=None):
        Kestra._metric(name, "gauge", value, tags)

    @staticmethod
    def timer(name, duration, tags=None):
        """A duration in seconds, or a function to call and measure."""
        if callable(duration):
            start = time.perf_counter()
            duration()
            duration = time.perf_counter() - start
        Kestra._metric(name, "timer", duration * 1000, tags)

    @staticmethod
    def logger():
        """A logger whose lines keep their level."""
        if Kestra._logger is None:
            logger = logging.getLogger("Kestra")
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
            logger.addHandler(_LogHandler())
            Kestra._logger = logger
        return Kestra._logger

    @staticmethod
    def read(path):
        """The records of a stored file: a list of dicts, one a line."""
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]


class Flow:
    """Starts flows over the REST API."""

    def __init__(self, wait_for_completion=True, poll_interval=1, labels_from_inputs=False, tenant=None):
        self.wait_for_completion = wait_for_completion
        self.labels_from_inputs = labels_from_inputs
        self.tenant = tenant

    def execute(self, namespace, flow, inputs=None):
        import base64
        import os
        import urllib.parse
        import urllib.request
        import uuid

        host = os.environ.get("KESTRA_HOSTNAME", "http://localhost:8080").rstrip("/")
        query = [("wait", "true")] if self.wait_for_completion else []
        if self.labels_from_inputs:
            query += [("labels", f"{key}:{value}") for key, value in (inputs or {}).items()]
        boundary = uuid.uuid4().hex
        parts = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in (inputs or {}).items()
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        token, user = os.environ.get("KESTRA_API_TOKEN"), os.environ.get("KESTRA_USER")
        if token:
            headers["Authorization"] = f"Bearer {token}"
        elif user:
            credentials = f"{user}:{os.environ.get('KESTRA_PASSWORD', '')}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(credentials).decode()
        tenant = f"/{self.tenant}" if self.tenant else ""
        url = f"{host}/api/v1{tenant}/executions/{namespace}/{flow}?{urllib.parse.urlencode(query)}"
        body = f"{parts}--{boundary}--\r\n".encode()
        with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers, method="POST")) as answer:
            return json.load(answer)
`;

/**
 * Python runs this before a script: it puts the module above at the end of the path, and lets scripts written in YAML's
 * spirit say `true`, `false` and `null`. A `sitecustomize` that the machine has of its own still runs.
 */
export const SITE_CUSTOMIZE = String.raw`import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if path == "" or os.path.abspath(path) != _here]
_own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # noqa: F401
except ImportError:
    sys.modules["sitecustomize"] = _own
sys.path.append(os.path.join(_here, "fallback"))
if os.environ.get("TUTTI_PYTHON_ALIASES"):
    import builtins

    builtins.true, builtins.false, builtins.null = True, False, None
`;
