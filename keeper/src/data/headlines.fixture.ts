/** Answers as sources give them, written for the tests; no outlet published these lines. */

/** RSS 2.0 with CDATA, markup, entities, a repeat, a date in the future and items that lack something. */
export const RSS = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Ledger Desk</title>
<item><title><![CDATA[Bitcoin fund <b>wins</b> approval]]></title><pubDate>Mon, 03 May 2021 10:00:00 GMT</pubDate></item>
<item><title>Exchange&#8217;s fees &amp; spreads fall</title><pubDate>Mon, 03 May 2021 09:30:00 -0400</pubDate></item>
<item><title>Bitcoin fund wins approval</title><pubDate>Mon, 03 May 2021 11:00:00 GMT</pubDate></item>
<item><title>2021</title><pubDate>Sun, 02 May 2021 08:00 EST</pubDate></item>
<item><title>From next year</title><pubDate>Tue, 03 May 2022 10:00:00 GMT</pubDate></item>
<item><title>No date at all</title></item>
<item><title>Bad date</title><pubDate>31 Apr 2021 10:00:00 GMT</pubDate></item>
<item><title>   </title><pubDate>Mon, 03 May 2021 10:00:00 GMT</pubDate></item>
<item><title>Before there was anything</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>
</channel></rss>`;

/** Atom with one entry. */
export const ATOM = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Chain Notes</title>
<entry><title type="html">Network upgrade goes live</title><published>2021-05-03T10:00:00.5+02:00</published></entry></feed>`;

/** A listing with a usable post, one from the future and three that are broken. */
export const LISTING = JSON.stringify({
  kind: "Listing",
  data: {
    children: [
      { kind: "t3", data: { title: "Dogecoin to the moon 🚀", created_utc: 1_620_036_000.0, score: 812 } },
      { kind: "t3", data: { title: "Posted tomorrow", created_utc: 1_700_000_000, score: 1 } },
      { kind: "t3", data: { title: 42, created_utc: 1_620_036_000 } },
      { kind: "t3", data: { title: "No time", created_utc: "yesterday" } },
      "nonsense",
    ],
  },
});

/** A table with quotes, a date without an hour and a moment in seconds. */
export const TABLE = `Date,Source,Title
2021-05-03,desk,"Bitcoin, ether rise"
1620036000,desk,Miner expands
soon,desk,Undated
`;
