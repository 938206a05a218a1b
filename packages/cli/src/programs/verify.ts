import { runCommand } from '../command-line.ts'
import { verifyCommand } from '../commands/verify.ts'
import { verifyRow } from '../commands/verify-row.ts'
import { start } from './start.ts'

void start(async ([, ...args], io) => runCommand({ ...verifyRow, load: async () => Promise.resolve(verifyCommand) }, args, io))
