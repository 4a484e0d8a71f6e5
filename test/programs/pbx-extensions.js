// After the manual's way, in a page: `address`, `credentials` and `told` are the page's.
var xhr = new XMLHttpRequest();
xhr.open('POST', address + '/api.php');
xhr.setRequestHeader('Content-Type', 'application/json');
// oxlint-disable-next-line unicorn/prefer-add-event-listener -- so the manual does it
xhr.onreadystatechange = function () {
  if (xhr.readyState === 4) told(xhr.status + ' ' + xhr.responseText);
};
xhr.send(JSON.stringify(Object.assign({ acao: 'statusramais' }, credentials)));
