"""A voice menu's script, as they are written for SGP: finds a subscriber by CPF, their debts, and unlocks on trust.

Knows nothing of Uirapuru. Usage: ura.py URL TOKEN APP CPF
"""
import json
import sys
import urllib.parse
import urllib.request

url, token, app, cpf = sys.argv[1:5]
auth = {"token": token, "app": app}


def get(method, **fields):
    query = urllib.parse.urlencode({**auth, **fields})
    with urllib.request.urlopen(f"{url}/api/ura/{method}?{query}", timeout=10) as answer:
        return json.loads(answer.read())


def post(method, **fields):
    body = json.dumps({**auth, **fields}).encode()
    request = urllib.request.Request(f"{url}/api/ura/{method}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


found = get("clientes/", cpfcnpj=cpf)
if not found["clientes"]:
    sys.exit("CPF não encontrado")
cliente = found["clientes"][0]
contrato = cliente["contratos"][0]["id"]
abertos = [t for t in get("titulos", cpfcnpj=cpf)["titulos"] if t["status"] == "aberto"]
resposta = post("liberacaopromessa", contrato=contrato)
print(json.dumps({
    "nome": cliente["nome"],
    "contrato": contrato,
    "divida": round(sum(t["valor"] for t in abertos), 2),
    "linha": abertos[0]["linhaDigitavel"] if abertos else None,
    "liberado": resposta["liberado"],
    "protocolo": resposta.get("protocolo"),
}))
