import { runCli } from '../cli.ts'
import { start } from './start.ts'

void start(runCli)
