// The page's requests. Whatever a person does goes through `send`; the rest only reads or shows.

const BASE = new URL("api/v1/", document.baseURI);

/** Thrown when the server refused, or was not reached (`code` is then "offline"). */
export class ApiError extends Error {
  constructor(code, message, status = 0, id = "") {
    super(message);
    this.code = code;
    this.status = status;
    this.id = id;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("offline", "not reached");
  }
  let data = null;
  try {
    data = await response.json();
  } catch {
    throw new ApiError(response.ok ? "internal" : "unavailable", "no JSON", response.status);
  }
  if (!response.ok) {
    const error = data.error ?? {};
    throw new ApiError(error.code ?? "internal", error.message ?? "", response.status, error.id ?? "");
  }
  return data;
}

/** An id for something the person does; `origin` says where on the page it was done. */
export function newId(origin = "m") {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `${origin}-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export const eventsUrl = (after) => {
  const url = new URL("events", BASE);
  url.searchParams.set("after", after);
  return url;
};

export const me = (language) => call("GET", language ? `me?words&language=${language}` : "me?words");
export const send = (message) => call("POST", "messages", message);
export const history = (persona, before = "") =>
  call("GET", `history?${new URLSearchParams({ persona, before })}`);
export const makeKey = (label) => call("POST", "keys", { label });
export const dropKey = (id) => call("DELETE", `keys/${encodeURIComponent(id)}`);
export const makeRecovery = () => call("POST", "recovery", {});
export const recover = (code, replace) => call("POST", "recover", { code, replace });
export const endSession = () => call("DELETE", "session");
