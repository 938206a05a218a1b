import { expect, it } from 'vitest'
import { judge } from '../src/judge.ts'
import type { Runtime } from '../src/runtimes.ts'
import type { Outcome } from '../src/suite/check.ts'

const web: Runtime = { id: 'workerd', name: 'workerd', tested: '1', lacks: ['ec-p224'], hasFiles: false }
const result = (name: string, value: string): Outcome => ({ name, needs: [], state: 'result', value })
const p224: Outcome = { name: 'sign: ec-p224', needs: ['ec-p224'], state: 'result', value: 'signed' }
const refused: Outcome = { name: 'sign: ec-p224', needs: ['ec-p224'], state: 'unavailable' }
const first: readonly Outcome[] = [result('a', '1'), result('files: b', '2'), p224]
const faultsOf = (outcomes: readonly Outcome[], runtime = web): readonly string[] => judge(runtime, outcomes, first).faults

it('passes the same results, with what is documented to be lacking refused and files left out', () => {
  expect(judge(web, [result('a', '1'), refused], first)).toEqual({ passed: 1, unavailable: 1, faults: [] })
  expect(judge({ ...web, lacks: [], hasFiles: true }, first, first)).toEqual({ passed: 3, unavailable: 0, faults: [] })
})

it('finds another result, and shows both from where they part', () => {
  expect(faultsOf([result('a', '2'), refused])).toEqual(['a: expected 1, found 2'])
})

it('finds a check that failed, did not run, ran alone, or ran twice', () => {
  expect(faultsOf([{ name: 'a', needs: [], state: 'failed', message: 'broken' }, refused])).toEqual(['a: broken'])
  expect(faultsOf([refused])).toEqual(['a: did not run'])
  expect(faultsOf([result('a', '1'), refused, result('c', '3')])).toEqual(['c: ran here alone'])
  expect(faultsOf([result('a', '1'), result('a', '1'), refused])).toEqual(['two checks have one name'])
})

it('finds what is not as documented: lacking though it should not, there though it should lack, never asked for', () => {
  expect(faultsOf([result('a', '1'), refused, result('files: b', '2')], { ...web, lacks: [], hasFiles: true })).toEqual(['sign: ec-p224: refused, though ec-p224 is not said to be lacking'])
  expect(faultsOf([result('a', '1'), p224])).toEqual(['sign: ec-p224: ec-p224 is said to be lacking, but it came to a result', 'ec-p224 is said to be lacking, but no check needed it'])
})

it('takes no result for the measure that is none', () => {
  const broken: readonly Outcome[] = [{ name: 'a', needs: [], state: 'failed', message: 'broken' }]
  expect(judge({ ...web, lacks: [] }, [result('a', '1')], broken).faults).toEqual(['a: the first runtime came to no result, this one to 1'])
})
