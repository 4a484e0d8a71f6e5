import { createAddressBlocks, sparedBy } from '../access/address-blocks.ts';
import { readConfig } from '../config.ts';
import { readBlockCommand, runBlockCommand } from './block-commands.ts';
import { runHomeCommand } from './home-command.ts';

/** `npm run blocks`: addresses from which phones are not heard. A system that runs lets pass what is a trunk's. */
runHomeCommand(readBlockCommand, (home, _first, command) => {
  const spared = async () => sparedBy(readConfig(process.env).neverBlocked);
  return runBlockCommand(createAddressBlocks({ ...home, spared }), command);
});
