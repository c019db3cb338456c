/// How the admin page looks.
enum AdminStyle {
  static let text = """
    :root { color-scheme: light dark;
      --text: #1b1f24; --soft: #667085; --line: #d9dde3; --paper: #fff; --ground: #f4f5f7;
      --good: #0a7d43; --bad: #b42318; --accent: #175cd3; }
    @media (prefers-color-scheme: dark) { :root {
      --text: #e6e8eb; --soft: #98a2b3; --line: #333a45; --paper: #1a1e25; --ground: #101318;
      --good: #4ade80; --bad: #f97066; --accent: #84adff; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--text);
      font: 14px/1.45 system-ui, sans-serif; }
    header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 8px 24px;
      padding: 16px 24px; background: var(--paper); border-bottom: 1px solid var(--line); }
    h1 { margin: 0; font-size: 18px; }
    h2 { margin: 0 0 8px; font-size: 14px; }
    h2 span { color: var(--soft); font-weight: normal; }
    dl { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; }
    dl div { display: flex; gap: 6px; }
    dt { color: var(--soft); }
    dd { margin: 0; font-variant-numeric: tabular-nums; }
    #state { margin: 0 0 0 auto; color: var(--good); }
    #state.bad { color: var(--bad); font-weight: 600; }
    main { display: grid; gap: 16px; align-items: start; padding: 16px 24px;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); }
    section { min-width: 0; padding: 16px; overflow-x: auto; background: var(--paper);
      border: 1px solid var(--line); border-radius: 8px; }
    table { width: 100%; border-collapse: collapse; }
    th { color: var(--soft); font-weight: normal; text-align: left; }
    th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); white-space: nowrap;
      vertical-align: top; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    .mono, textarea, pre { font: 12px/1.5 ui-monospace, monospace; }
    .wide { white-space: normal; overflow-wrap: anywhere; }
    .buy, .good { color: var(--good); }
    .sell, .bad { color: var(--bad); }
    .none { color: var(--soft); }
    #arm { display: grid; gap: 8px; margin-top: 16px; }
    textarea { width: 100%; padding: 8px; color: inherit; background: var(--ground);
      border: 1px solid var(--line); border-radius: 6px; }
    select, button { padding: 6px 12px; font: inherit; color: inherit; background: var(--paper);
      border: 1px solid var(--line); border-radius: 6px; }
    button { cursor: pointer; }
    button.danger { color: var(--bad); border-color: var(--bad); }
    button:focus-visible, select:focus-visible, textarea:focus-visible {
      outline: 2px solid var(--accent); outline-offset: 1px; }
    .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
    dialog { max-width: min(640px, 90vw); padding: 24px; color: var(--text);
      background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
    dialog::backdrop { background: rgb(0 0 0 / 0.5); }
    pre { max-height: 50vh; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    """
}
