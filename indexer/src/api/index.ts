import { db } from "ponder:api";
import schema from "ponder:schema";
import { Hono } from "hono";
import { client, graphql } from "ponder";

const app = new Hono();

// SELECT only: the middleware parses every statement, and the connection is read-only besides.
app.use("/sql/*", client({ db, schema }));
app.use("/graphql", graphql({ db, schema }));

// biome-ignore lint/style/noDefaultExport: Ponder takes the routes from it.
export default app;
