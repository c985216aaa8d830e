// An EventSource for Node, which has none: as much of one as the stock client uses.
export class EventSource extends EventTarget {
  #stop = new AbortController();

  constructor(url) {
    super();
    this.#listen(url).catch((cause) => this.#fail(cause));
  }

  close() {
    this.#stop.abort();
  }

  async #listen(url) {
    const answer = await fetch(url, { headers: { Accept: "text/event-stream" }, signal: this.#stop.signal });
    let text = "";
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) this.#tell(text.slice(0, end));
    }
    this.#fail(new Error("the stream ended"));
  }

  #tell(frame) {
    const fields = Object.fromEntries(
      frame.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
    );
    if (!("data" in fields)) return;
    this.dispatchEvent(new MessageEvent(fields.event ?? "message", { data: fields.data, lastEventId: fields.id }));
  }

  #fail(cause) {
    if (!this.#stop.signal.aborted) this.onerror?.(cause);
  }
}
