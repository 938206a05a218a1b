import { commandRun, commandRunType } from '@cilock/attestor-command-run'
import type { Dialect } from '@cilock/core'
import { attestContext, describeAttestor } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'

const context = (env: Readonly<Record<string, string>> = {}, dialect: Dialect = 'cilock') => () => attestContext({ workingDir: temporaryFolder(onTestFinished), env: { PATH: '/usr/bin:/bin', ...env }, dialect })

describeAttestor(
  () => commandRun({ command: ['sh', '-c', 'echo "out $WORD $DB_PASSWORD"; echo err >&2; test "$WORD" != fail'] }),
  {
    type: commandRunType,
    attests: { 'a command that writes': context(), 'one that writes a variable': context({ WORD: 'word' }), 'one that writes a secret': context({ DB_PASSWORD: 'correct horse' }), 'one that witness reads': context({ WORD: 'word' }, 'witness') },
    refuses: {
      'a command that fails': { context: context({ WORD: 'fail' }), code: 'ERR_COMMAND_FAILED' },
      'a program that is not there': { context: () => attestContext({ workingDir: temporaryFolder(onTestFinished), env: { PATH: '/nowhere' } }), code: 'ERR_COMMAND_NOT_FOUND' },
      'a directory that is not there': { context: () => attestContext({ env: { PATH: '/usr/bin:/bin' } }), code: 'ERR_FILE_UNREADABLE' },
    },
    reads: {
      'v0.1 of CI/lock': { type: 'https://aflock.ai/attestations/command-run/v0.1', json: '{"cmd":["make"],"exitcode":0,"stdout":"built\\n"}' },
      'v0.1 of witness': { type: 'https://witness.dev/attestations/command-run/v0.1', json: '{"cmd":["make"],"stdout":"built\\n","exitcode":0}' },
    },
    rejects: { 'an exit code that is a text': { type: 'https://aflock.ai/attestations/command-run/v0.1', json: '{"cmd":["make"],"exitcode":"0"}', code: 'ERR_MALFORMED' } },
  },
  { describe, it },
)
