#!/bin/sh
# After the manual's way: the token is in the header alone. Only address and credentials are not its own.
curl -sSk -X POST "$URL/discador.php" -H "Authorization: Bearer {\"acao\":\"clicktocall\",\"login\":\"$LOGIN\",\"senha\":\"$SENHA\",\"token\":\"$TOKEN\",\"origem\":\"2002\",\"destino\":\"41187777\"}" -H "Content-Type: application/json" -d "{\"acao\":\"clicktocall\", \"login\":\"$LOGIN\", \"senha\":\"$SENHA\", \"origem\":\"2002\", \"destino\":\"41187777\"}"
