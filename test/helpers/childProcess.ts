export { CHILD_ENVIRONMENT } from "../../keeper/src/childProcess.fixture.ts";
