import { CilockError } from '@cilock/core'
import { expect, it } from 'vitest'
import { CheckError, codeOf, runChecks, same } from '../src/suite/check.ts'

const unsupported = (): never => {
  throw new CilockError('ERR_KEY_UNSUPPORTED', 'P-224 is not available on this platform')
}

it('takes a refusal for unavailable only where the check needs something', async () => {
  expect(await runChecks([{ name: 'a', needs: ['ec-p224'], run: unsupported }, { name: 'b', run: unsupported }])).toEqual([
    { name: 'a', needs: ['ec-p224'], state: 'unavailable' },
    { name: 'b', needs: [], state: 'failed', message: 'ERR_KEY_UNSUPPORTED P-224 is not available on this platform' },
  ])
})

it('says of what breaks where it broke, and goes on', async () => {
  const outcomes = await runChecks([{ name: 'a', run: () => Promise.reject(new RangeError('too deep')) }, { name: 'b', run: () => 'fine' }])
  expect(outcomes).toEqual([{ name: 'a', needs: [], state: 'failed', message: expect.stringMatching(/^RangeError: too deep .*check\.test\.ts/s) as unknown }, { name: 'b', needs: [], state: 'result', value: 'fine' }])
})

it('wants a refusal with a code, and the same text', async () => {
  expect(await codeOf(unsupported)).toBe('ERR_KEY_UNSUPPORTED')
  await expect(codeOf(() => 'no refusal')).rejects.toThrow(CheckError)
  await expect(codeOf(() => Promise.reject(new RangeError('not ours')))).rejects.toThrow(RangeError)
  expect(() => same('key', 'a', 'b')).toThrow('key: expected b, found a')
})
