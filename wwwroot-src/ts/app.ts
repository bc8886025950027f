// Everything here improves pages that work without it. Handlers sit on the document, so that
// fragments which htmx swaps in need no wiring; each module names the attributes that it reads.
import "./invoker";
import "./theme";
import "./dialog";
import "./copy";
import "./fold";
import "./windows";
import "./turns";
import "./find";
import "./code";
import "./search";
import "./selection";
import "./pending";
import "./peek";
import "./labels";
import "./drafts";
import "./difference";
import "./keyboard";
import "./toast";
import "./remarks";
import "./requests";
import "./time";
import "./jobs";
import "./upload";
import "./password";
import "./slug";
import "./weights";
