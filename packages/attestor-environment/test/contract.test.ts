import { environment, environmentType } from '@cilock/attestor-environment'
import { attestContext, describeAttestor } from '@cilock/testing'
import { describe, it } from 'vitest'

const env = { CI: 'true', GITHUB_TOKEN: 'not to be seen', EMPTY: '' }

describeAttestor(
  () => environment({ addSensitiveKeys: ['*_PIN'] }),
  {
    type: environmentType,
    attests: {
      'a few variables': () => attestContext({ env }),
      'no variables': () => attestContext({ env: {} }),
      'what witness reads': () => attestContext({ env, dialect: 'witness' }),
      'a variable called __proto__': () => attestContext({ env: JSON.parse('{"__proto__":"x"}') as Record<string, string> }),
    },
    reads: {
      'what Go wrote': { type: environmentType.predicateType, json: '{"os":"linux","hostname":"builder","username":"dev","variables":{"CI":"true","GITHUB_TOKEN":"******"}}' },
      'what witness wrote': { type: 'https://witness.dev/attestations/environment/v0.1', json: '{"os":"linux","hostname":"builder","username":""}' },
    },
    rejects: {
      'a variable that is no text': { type: environmentType.predicateType, json: '{"os":"linux","hostname":"h","username":"u","variables":{"A":1}}', code: 'ERR_MALFORMED' },
    },
  },
  { describe, it },
)
