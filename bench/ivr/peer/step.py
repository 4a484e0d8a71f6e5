"""One step of the menu as an AGI program: asks the ERP over HTTP and leaves the answer in channel variables.

    AGI(step.py,<address of the ERP>,<path>,<name>=<value>,...)
"""

import json
import sys
import urllib.parse
import urllib.request


def read_environment():
    """Asterisk first tells about the call, a line each, ended by an empty one."""
    while sys.stdin.readline().strip():
        pass


def set_variable(name, value):
    sys.stdout.write('SET VARIABLE {} "{}"\n'.format(name, value))
    sys.stdout.flush()
    sys.stdin.readline()


def main():
    read_environment()
    address, path, *pairs = sys.argv[1:]
    query = urllib.parse.urlencode([tuple(pair.split("=", 1)) for pair in pairs])
    with urllib.request.urlopen("{}/{}?{}".format(address, path, query), timeout=3) as response:
        answer = json.load(response)
    for name in ("outcome", "contract", "status", "sounds"):
        set_variable(name.upper(), answer.get(name, ""))


main()
