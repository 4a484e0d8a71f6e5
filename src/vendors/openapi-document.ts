import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

/** In what forms fields may come, whatever the content type says. */
export const consumes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];

/**
 * An OpenAPI document, made of the shapes of routes.
 * @param about what is said of the API as a whole
 * @param describe adds the routes with their schemas, for the document alone: nobody asks them
 */
export async function openApiDocument(
  about: NonNullable<FastifyDynamicSwaggerOptions['openapi']>,
  describe: (app: FastifyInstance) => void,
): Promise<object> {
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, { openapi: { openapi: '3.1.0', ...about }, transform: jsonSchemaTransform });
  describe(app);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
