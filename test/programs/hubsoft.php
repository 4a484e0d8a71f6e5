<?php
// After the documentation's way: log in, then look a subscriber up. Only address, credentials and document are not its own.

[, $url, $clientId, $clientSecret, $username, $password, $cpf] = $argv;

function request($url, $method, $body = [], $token = null)
{
    $handle = curl_init($url);
    $headers = array();
    $headers[] = 'Accept: application/json';
    if (!is_null($token)) {
        $headers[] = 'Authorization: ' . $token;
    }
    curl_setopt($handle, CURLOPT_HTTPHEADER, $headers);
    curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
    if ($method == 'POST') {
        curl_setopt($handle, CURLOPT_POST, true);
        curl_setopt($handle, CURLOPT_POSTFIELDS, http_build_query($body));
    }
    $answer = json_decode(curl_exec($handle), true);
    curl_close($handle);
    return $answer;
}

$login = request($url . '/oauth/token', 'POST', [
    'client_id' => $clientId,
    'client_secret' => $clientSecret,
    'username' => $username,
    'password' => $password,
    'grant_type' => 'password',
]);

$token = $login['token_type'] . ' ' . $login['access_token'];

var_dump(request($url . '/api/v1/integracao/cliente?busca=cpf_cnpj&termo_busca=' . $cpf, 'GET', [], $token));
