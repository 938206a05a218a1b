import { createServer } from 'node:http'
import { greeting } from './greeting.js'

createServer((request, response) => response.end(greeting(request.url))).listen(8080)
