export const greeting = (path) => `hello from ${path}\n`
