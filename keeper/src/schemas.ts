// The keeper's version of zod, for programs beside it that check settings as it does. Another version is hoisted to the root.
export { z } from "zod";
