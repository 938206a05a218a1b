export { dockerLogin } from './docker-login.ts'
export type { DockerLoginOptions } from './docker-login.ts'
export { openLayout } from './layout.ts'
