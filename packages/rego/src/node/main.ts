#!/usr/bin/env node
import module from 'node:module'

// Keeps what the runtime has compiled for the next run, from Node 22.1 on.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
const [{ runCommand }, { nodeHost }] = await Promise.all([import('../command/run.ts'), import('./host.ts')])
process.exitCode = await runCommand(process.argv.slice(2), nodeHost)
