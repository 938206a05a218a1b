import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig([
  library(['src/index.ts', 'src/all/index.ts', 'src/analyze/index.ts', 'src/crypto/index.ts', 'src/further/index.ts', 'src/json-schema/index.ts', 'src/jwt/index.ts', 'src/newer/index.ts', 'src/yaml/index.ts']),
  // The command in few files of its own, so that it starts at once; what it seldom needs it loads when it does.
  { ...library(['src/node/main.ts']), outDir: 'dist/node', minify: true, sourcemap: false },
])
