import { commandRunType } from '@cilock/attestor-command-run/type'
import type { CommandRunPredicate, CommandRunV01 } from '@cilock/attestor-command-run/type'
import { parseJson, stringifyJson } from '@cilock/core'
import { describe, expect, expectTypeOf, it } from 'vitest'

const v02 = 'https://aflock.ai/attestations/command-run/v0.2'
const v01 = 'https://aflock.ai/attestations/command-run/v0.1'
const witness = 'https://witness.dev/attestations/command-run/v0.1'
const untraced =
  '{"_meta":{"version":"v0.2","keyGuard":{"applied":true,"dumpable":false,"yamaPtraceScope":1},"counts":{"processes":0,"uniquePaths":0,"uniqueDigests":0,"uniqueComms":0},"sections":{"cmd":[356,368],"comms":[330,333],"digests":[304,307],"paths":[317,320],"processes":[347,348],"stdout":[379,384]}},"digests":null,"paths":null,"comms":null,"processes":[],"cmd":["echo","hi"],"stdout":"hi\\n"}'

describe('v0.2', () => {
  it('is read, and written again byte for byte', () => {
    const { predicate, subjects, backRefs } = commandRunType.read(parseJson(untraced), v02)
    expect(stringifyJson(predicate)).toBe(untraced)
    expect({ subjects, backRefs }).toEqual({ subjects: undefined, backRefs: undefined })
    expectTypeOf(predicate).toEqualTypeOf<CommandRunPredicate | CommandRunV01>()
  })

  it('is read with a trace, keys that only traces have kept as they came', () => {
    const traced = {
      _meta: { version: 'v0.2', captureMode: 'trace', traceBackend: 'ptrace', counts: { processes: 1, uniquePaths: 1, uniqueDigests: 1, uniqueComms: 1, uniqueCmdlines: 1, materials: 1 } },
      summary: { captureMode: 'trace', totals: {}, outliers: {}, diagnostics: {} },
      digests: [{ digests: { sha256: 'ab', 'fsverity:sha256': 'cd' }, src: 'ebpf' }],
      paths: ['/bin/sh'],
      comms: ['sh'],
      cmdlines: ['sh -c true'],
      processes: [
        {
          processid: 7,
          parentpid: 1,
          commId: 0,
          execPathId: 0,
          cmdlineId: 0,
          programDigestId: 0,
          exeDigestId: -1,
          openedFiles: [{ pathId: 0, digestId: 0 }],
          network: { sockets: [{ family: 'AF_INET', type: 'SOCK_STREAM', protocol: 0, fd: 3 }] },
        },
      ],
      cmd: ['sh', '-c', 'true'],
    }
    expect(commandRunType.read(traced, v02).predicate).toEqual(traced)
  })

  it('takes null for what Go writes as null, and a missing exit code for 0', () => {
    const { predicate } = commandRunType.read({ _meta: { version: 'v0.2', counts: {} }, digests: null, paths: null, comms: null, processes: null, exitcode: 0 }, v02)
    expect(predicate).toEqual({
      _meta: { version: 'v0.2', counts: { processes: 0, uniquePaths: 0, uniqueDigests: 0, uniqueComms: 0 } },
      digests: null,
      paths: null,
      comms: null,
      processes: [],
    })
  })

  it.each([
    ['text', 'x'],
    ['a number for the output', { stdout: 1 }],
    ['text for the exit code', { exitcode: '0' }],
    ['a fraction for the exit code', { exitcode: 0.5 }],
    ['one text for the command', { cmd: 'echo hi' }],
    ['a negative place of a section', { _meta: { sections: { cmd: [-1, 3] } } }],
    ['a key in other letter case', { exitCode: 3 }],
    ['a key in other letter case, below', { processes: [{ ProcessID: 3 }] }],
  ])('refuses %s', (_what, predicate) => {
    expect(() => commandRunType.read(predicate, v02)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }) as Error)
  })
})

describe('v0.1', () => {
  it.each([v01, witness])('is read from %s', (type) => {
    const { predicate, subjects, backRefs } = commandRunType.read(parseJson('{"cmd":["echo","hi"],"stdout":"hi\\n","exitcode":0}'), type)
    expect(predicate).toEqual({ cmd: ['echo', 'hi'], stdout: 'hi\n', exitcode: 0 })
    expect(subjects).toEqual({})
    expect(backRefs).toBeUndefined()
  })

  it('is written again in the order of its tool', () => {
    const shuffled = { stderr: 'e', exitcode: 1, processes: [], stdout: 'o', cmd: ['x'] }
    expect(stringifyJson(commandRunType.read(shuffled, v01).predicate)).toBe('{"cmd":["x"],"exitcode":1,"stdout":"o","stderr":"e"}')
    expect(stringifyJson(commandRunType.read(shuffled, witness).predicate)).toBe('{"cmd":["x"],"stdout":"o","stderr":"e","exitcode":1}')
  })

  it('speaks about the files that its processes opened', () => {
    const sha256 = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'
    const processes = [
      { processid: 1, parentpid: 0, openedfiles: { '/etc/hosts': { sha256 }, '/gone': null } },
      { processid: 2, parentpid: 1, program: '/bin/cat', openedfiles: { 'a.txt': { sha256, sha1: 'f572d396fae9206628714fb2ce00f72e94f2258f' } }, fileOps: { deletes: [{ path: 'x' }] } },
    ]
    const { predicate, subjects } = commandRunType.read({ cmd: null, exitcode: 0, processes }, v01)
    expect(predicate).toEqual({ cmd: null, exitcode: 0, processes })
    expect(subjects).toEqual({
      'file:/etc/hosts': { sha256 },
      'file:/gone': {},
      'file:a.txt': { sha256, sha1: 'f572d396fae9206628714fb2ce00f72e94f2258f' },
    })
  })

  it.each([
    ['a list', []],
    ['a file that is no digest set', { processes: [{ openedfiles: { a: 'sha256' } }] }],
    ['a process that is text', { processes: ['sh'] }],
    ['an exit code as text', { exitcode: '1' }],
  ])('refuses %s', (_what, predicate) => {
    expect(() => commandRunType.read(predicate, v01)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }) as Error)
  })
})

it('refuses types that it does not know', () => {
  expect(() => commandRunType.read({}, 'https://aflock.ai/attestations/command-run/v0.3')).toThrow(TypeError)
})
