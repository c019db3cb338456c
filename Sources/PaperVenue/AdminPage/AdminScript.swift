/// What the admin page does: it asks the admin port every two seconds and shows what it is told.
enum AdminScript {
  static let text = tables + faults + loop

  private static let tables = #"""
    "use strict";
    const byId = (id) => document.getElementById(id);
    const mostRows = 50;

    function make(name, text, classes) {
      const element = document.createElement(name);
      element.textContent = text === null || text === undefined ? "" : String(text);
      if (classes) element.className = classes;
      return element;
    }

    function time(milliseconds) {
      const date = new Date(Number(milliseconds));
      return milliseconds === null || isNaN(date) ? "" : date.toISOString().replace("T", " ");
    }

    // The time of day, with the whole date for who asks.
    function clock(milliseconds) {
      const element = make("time", time(milliseconds).slice(11));
      element.title = time(milliseconds);
      return element;
    }

    // Columns are [title, value of a row, classes of a row].
    function show(id, rows, columns, empty) {
      const table = byId(id);
      if (rows.length === 0) {
        const row = make("tr");
        row.append(make("td", empty, "none"));
        table.replaceChildren(row);
        return;
      }
      const head = make("tr");
      for (const [title, , classes] of columns) {
        head.append(make("th", title, classes === "number" ? "number" : ""));
      }
      table.replaceChildren(head, ...rows.slice(0, mostRows).map((row) => {
        const line = make("tr");
        for (const [, value, classes] of columns) {
          const cell = value(row);
          const kind = typeof classes === "function" ? classes(row) : classes;
          if (cell instanceof Node) {
            const holder = make("td", "", kind);
            holder.append(cell);
            line.append(holder);
          } else {
            line.append(make("td", cell, kind));
          }
        }
        return line;
      }));
    }

    const side = (row) => (row.side === "buy" ? "buy" : row.side === "sell" ? "sell" : "");
    const newest = (rows, key) => rows.slice().sort((a, b) => Number(b[key]) - Number(a[key]));

    function showBook(book) {
      const orders = book.orders || [];
      const fills = book.fills || [];
      const open = newest(orders.filter((order) => order.status === "open"), "received_ms");
      const account = book.account || {};
      const pairs = [
        ["market", time(book.market_ms)], ["equity", account.equity],
        ["began with", account.start_equity], ["orders", orders.length], ["fills", fills.length],
        ["repeated ids", (book.repeated || []).length],
        ["exposures", (book.exposures || []).length],
      ];
      byId("summary").replaceChildren(...pairs.map(([name, value]) => {
        const pair = make("div");
        pair.append(make("dt", name), make("dd", value));
        return pair;
      }));
      show("positions", book.positions || [], [
        ["symbol", (p) => p.symbol],
        ["size", (p) => p.size, "number"],
        ["covered by stops", (p) => p.stop_covered, "number"],
        ["uncovered since", (p) => clock(p.uncovered_since_ms),
          (p) => (p.uncovered_since_ms === null ? "" : "bad")],
      ], "flat");
      byId("orders-count").textContent = open.length;
      show("orders", open, [
        ["received", (o) => clock(o.received_ms)],
        ["symbol", (o) => o.symbol],
        ["side", (o) => o.side, side],
        ["type", (o) => o.order_type + (o.reduce_only ? " reduce" : "")],
        ["quantity", (o) => o.quantity, "number"],
        ["filled", (o) => o.filled, "number"],
        ["price", (o) => o.price, "number"],
        ["stop", (o) => o.stop_price, "number"],
        ["client id", (o) => o.client_order_id, "mono"],
      ], "none");
      byId("fills-count").textContent = fills.length;
      show("fills", newest(fills, "wall_ms"), [
        ["time", (f) => clock(f.wall_ms)],
        ["symbol", (f) => f.symbol],
        ["side", (f) => f.side, side],
        ["size", (f) => f.size, "number"],
        ["price", (f) => f.price, "number"],
        ["client id", (f) => f.client_order_id, "mono"],
      ], "none");
    }

    function showPairs(id, object, empty) {
      const text = (value) => (typeof value === "object" ? JSON.stringify(value) : value);
      show(id, Object.entries(object || {}), [
        ["name", ([name]) => name],
        ["value", ([, value]) => text(value), "number"],
      ], empty);
    }

    """#

  private static let faults = #"""
    function showFaults(list) {
      const faults = list.faults || [];
      const live = faults.filter((fault) => !fault.spent).length;
      byId("faults-count").textContent = live + " armed";
      show("faults", faults.slice().reverse(), [
        ["id", (fault) => fault.id, "mono"],
        ["state", (fault) => (fault.spent ? "spent" : "armed"),
          (fault) => (fault.spent ? "none" : "bad")],
        ["matches", (fault) => fault.matches, "number"],
        ["hits", (fault) => fault.hits, "number"],
        ["document", (fault) => JSON.stringify(fault.document), "mono wide"],
        ["", (fault) => {
          const button = make("button", "Disarm …");
          button.type = "button";
          button.dataset.id = fault.id;
          return button;
        }],
      ], "none: the venue behaves");
    }

    const examples = {
      answer_lost: {}, request_lost: {}, delay: { ms: 3000 }, delay_answer: { ms: 3000 },
      twice: { answer: "second" }, status: { code: 503, processed: true },
      rate_limited: { code: 429, reset_s: 10 }, truncate: { bytes: 20 }, garble: {},
      drip: { bytes: 20, every_ms: 200 }, reset_before: {}, reset_after: {},
      replace_word: { from: "placed", to: "parked" },
      set: { at: "sendStatus.status", value: "parked" }, empty_positions: {},
      stale_snapshot: {}, clock_skew: { ms: 5000 }, ws_drop: { feed: "*" },
      ws_stall: { feed: "*", ms: 5000 }, ws_sequence_gap: { feed: "book" },
      fills_before_answer: {}, fills_without_orders: {},
    };
    const withoutMatch = ["empty_positions", "stale_snapshot", "clock_skew",
      "fills_without_orders"];

    function example(kind) {
      const fault = { kind, ...examples[kind] };
      if (withoutMatch.includes(kind) || kind.startsWith("ws_")) return { fault };
      return { match: { path: "sendorder" }, nth: 1, fault };
    }

    function ask(question, detail) {
      const dialog = byId("confirm");
      byId("question").textContent = question;
      byId("detail").textContent = detail;
      dialog.returnValue = "no";
      dialog.showModal();
      return new Promise((done) => {
        dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
      });
    }

    async function change(method, path, body) {
      const result = byId("result");
      try {
        const response = await fetch(path, {
          method, body, headers: body ? { "Content-Type": "application/json" } : {},
          signal: AbortSignal.timeout(5000),
        });
        const answer = await response.json();
        const message = response.ok ? "done" : ((answer.errors || [])[0] || {}).message;
        result.textContent = message || "refused";
        result.className = response.ok ? "good" : "bad";
      } catch (error) {
        result.textContent = "the venue did not answer: " + error.message;
        result.className = "bad";
      }
      await refresh();
    }

    const kinds = byId("kind");
    kinds.append(...Object.keys(examples).map((kind) => make("option", kind)));
    const fillIn = () => {
      byId("document").value = JSON.stringify(example(kinds.value), null, 2);
    };
    kinds.addEventListener("change", fillIn);
    fillIn();

    byId("arm").addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = byId("document").value;
      if (await ask("Arm this fault?", text)) await change("POST", "/faults", text);
    });
    byId("disarm-all").addEventListener("click", async () => {
      if (await ask("Disarm every fault?", "")) await change("DELETE", "/faults");
    });
    byId("faults").addEventListener("click", async (event) => {
      const id = event.target.dataset ? event.target.dataset.id : undefined;
      if (id === undefined) return;
      if (await ask("Disarm this fault?", id)) {
        await change("DELETE", "/faults/" + encodeURIComponent(id));
      }
    });

    """#

  private static let loop = #"""
    async function read(path) {
      const response = await fetch(path, { signal: AbortSignal.timeout(5000) });
      return response.ok ? response.json() : null;
    }

    async function refresh() {
      const state = byId("state");
      try {
        const [book, faults, requests, policies] = await Promise.all(
          ["/book", "/faults", "/requests", "/policies"].map(read));
        showBook(book || {});
        showFaults(faults || {});
        showPairs("requests", requests, "none yet");
        showPairs("policies", policies, "the venue tells none");
        state.textContent = "as of " + new Date().toISOString().slice(11, 19) + " UTC";
        state.className = "";
      } catch (error) {
        state.textContent = "the venue does not answer: what is shown is old";
        state.className = "bad";
      }
    }

    // A book that takes long to read is read less often; a page nobody sees reads nothing.
    async function watch() {
      const start = performance.now();
      if (!document.hidden) await refresh();
      setTimeout(watch, Math.max(2000, 10 * (performance.now() - start)));
    }
    watch();
    """#
}
