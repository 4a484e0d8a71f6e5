/**
 * A text that a spreadsheet shows as it is. What begins like a formula would be one, with whatever it may call and
 * send: names of queues, agents and pauses come from people. (OWASP, "CSV Injection".)
 */
export function spreadsheetText(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
}
