"""After the manual's way: calls since a date. Only address and credentials are not its own. Usage: pbx-report.py URL LOGIN SENHA TOKEN"""
import sys

import requests
from requests.structures import CaseInsensitiveDict

base, login, senha, token = sys.argv[1:5]
url = base + "/api.php"
headers = CaseInsensitiveDict()
headers["Content-Type"] = "application/json"
data = '{"acao":"statusreport","login":"%s","senha":"%s", "token":"%s","inicio":"2020-02-01 00:00:00"}' % (login, senha, token)
resp = requests.post(url, headers=headers, data=data)
print(resp.status_code)
print(resp.text)
