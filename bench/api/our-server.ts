import { createOurApp } from './our-app.ts';

/**
 * Ours, in a process of its own.
 *
 *   node our-server.ts <port> <database url> <time zone>
 */
const [port = '', databaseUrl = '', timeZone = ''] = process.argv.slice(2);
const ours = await createOurApp(databaseUrl, timeZone);
await ours.app.listen({ host: '127.0.0.1', port: Number(port) });
process.once('SIGTERM', () => void ours.close().then(() => process.exit(0)));
// The run was killed: nobody would stop us.
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
