"""The little of the library `requests` that programs written for the Intelbras PBX use, for machines that lack it."""
import os
import ssl
import urllib.request


class Response:
    def __init__(self, answer):
        self.status_code = answer.status
        self.text = answer.read().decode()


def post(url, headers=None, data=None):
    request = urllib.request.Request(url, data=data.encode(), headers=dict(headers or {}), method="POST")
    trusted = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
    with urllib.request.urlopen(request, timeout=10, context=trusted) as answer:
        return Response(answer)
