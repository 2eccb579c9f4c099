// The API page: Swagger UI over this server's own OpenAPI document.
// @ts-expect-error -- the global that swagger-ui-bundle.js, a classic script, defines
const { SwaggerUIBundle } = globalThis;

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
});
