#!/usr/bin/env node
import { runCommand } from '../command/run.ts'
import { nodeHost } from './host.ts'

process.exitCode = runCommand(process.argv.slice(2), nodeHost)
