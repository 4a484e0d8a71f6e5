<?php
// After the manual's way: the state of each extension. Only address and credentials are not its own.

[, $base, $login, $senha, $token] = $argv;
$handle = curl_init($base . '/api.php');
curl_setopt($handle, CURLOPT_POST, true);
curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
$data = '{"acao":"statusramais","login":"' . $login . '","senha":"' . $senha . '","token":"' . $token . '"}';
curl_setopt($handle, CURLOPT_POSTFIELDS, $data);
curl_setopt($handle, CURLOPT_SSL_VERIFYHOST, false);
curl_setopt($handle, CURLOPT_SSL_VERIFYPEER, false);
$rows = json_decode(curl_exec($handle));
for ($at = 0; $at < count($rows); $at++) {
    print $rows[$at]->Ramal . ' ' . $rows[$at]->Status . "\n";
}
