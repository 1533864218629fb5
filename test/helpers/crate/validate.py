"""Validates an unpacked crate with rocrate-validator, and reads its tensors with safetensors.

The context that the crate names is taken from the rocrate package: nothing is fetched.
"""

import email.message
import glob
import hashlib
import importlib.metadata
import io
import json
import sys
import urllib.error
import urllib.response

import rdflib._networking
import rdflib.parser
import requests
import urllib3
from rocrate_validator import models, services
from rocrate_validator.utils import document_loader
from safetensors import safe_open

# The package itself is not imported: it would need more than its context file.
CONTEXT_FILE = importlib.metadata.distribution("rocrate").locate_file("rocrate/data/ro-crate.jsonld")
CONTEXT = json.loads(CONTEXT_FILE.read_text())
assert CONTEXT["@id"] == "https://w3id.org/ro/crate/1.1/context"


def answer(request):
    """Answers for the one address that is needed; everything else is refused."""
    if request.full_url != CONTEXT["@id"]:
        raise urllib.error.URLError(f"{request.full_url} is not fetched")
    headers = email.message.Message()
    headers["Content-Type"] = "application/ld+json"
    return urllib.response.addinfourl(io.BytesIO(json.dumps(CONTEXT).encode()), headers, request.full_url, 200)


def answer_requests(adapter, request, **options):
    response = requests.Response()
    response.status_code, response.request, response.url = 200, request, request.url
    if request.url != CONTEXT["@id"]:
        raise requests.ConnectionError(f"{request.url} is not fetched")
    response.headers["Content-Type"] = "application/ld+json"
    body = io.BytesIO(json.dumps(CONTEXT).encode())
    response.raw = urllib3.HTTPResponse(body, preload_content=False, request_url=request.url)
    return response


requests.adapters.HTTPAdapter.send = answer_requests
document_loader.install_document_loader = lambda: True
rdflib.parser._urlopen = rdflib._networking._urlopen = answer


def issues(folder, profile, severity):
    result = services.validate(
        services.ValidationSettings(
            rocrate_uri=folder,
            profile_identifier=profile,
            requirement_severity=severity,
            abort_on_first=False,
        )
    )
    return [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]


def tensors(folder):
    """sha256 of each tensor as safetensors itself reads it."""
    found = {}
    for path in sorted(glob.glob(f"{folder}/runs/**/*.safetensors", recursive=True)):
        with safe_open(path, framework="np") as opened:
            found[path[len(folder) + 1 :]] = {
                name: hashlib.sha256(opened.get_tensor(name).astype("<f4").tobytes()).hexdigest()
                for name in opened.keys()
            }
    return found


folder = sys.argv[1]
print(
    json.dumps(
        {
            "required": issues(folder, "process-run-crate", models.Severity.REQUIRED),
            "recommended": issues(folder, "process-run-crate", models.Severity.RECOMMENDED),
            "tensors": tensors(folder),
        }
    )
)
