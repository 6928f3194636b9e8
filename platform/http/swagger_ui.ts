/**
 * The files of the OpenAPI page. Imported on its first request only: they are large.
 *
 * @module
 */

import script from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
import style from "swagger-ui-dist/swagger-ui.css" with { type: "text" };

export { script, style };
