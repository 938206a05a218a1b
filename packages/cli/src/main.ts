#!/usr/bin/env node
// Each program is bundled into one file with what it always needs: a gate that only verifies loads nothing else.
void (process.argv[2] === 'verify' ? import('./programs/verify.ts') : import('./programs/every-command.ts'))
