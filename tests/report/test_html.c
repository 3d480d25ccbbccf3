/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_html.c: whatever a customer, a file or a name says, the page has the tags and
 * attributes that it would have had anyway. Each hostile string goes through every place
 * at once, and a tokenizer that forgives nothing reads the result.
 */
#include <criterion/criterion.h>

#include "core/utf8.h"
#include "tests/report/fake_page.h"

#define S(lit) SV_INIT(lit)

/* clang-format off */
static const struct sv naughty[] = {
	/* markup */
	S("<script>alert(1)</script>"), S("</script><script>alert(1)</script>"), S("<SCRIPT SRC=//x.example/a.js></SCRIPT>"),
	S("<img src=x onerror=alert(1)>"), S("<svg onload=alert(1)>"), S("</svg><script>alert(1)</script>"),
	S("</title><script>alert(1)</script>"), S("</style><script>alert(1)</script>"), S("</desc></svg><img src=x>"),
	S("<iframe src=javascript:alert(1)>"), S("<body onload=alert(1)>"), S("<a href=javascript:alert(1)>x</a>"),
	S("<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">"), S("<base href=//x.example/>"),
	S("<meta http-equiv=refresh content=0;url=//x.example>"), S("<link rel=stylesheet href=//x.example>"),
	S("<object data=//x.example>"), S("<embed src=//x.example>"), S("<form action=//x.example><input name=p>"),
	S("<details open ontoggle=alert(1)>"), S("<video><source onerror=alert(1)>"), S("<marquee onstart=alert(1)>"),
	S("<!--"), S("-->"), S("<!-- <b> -->"), S("<![CDATA[x]]>"), S("]]>"), S("<?xml version=\"1.0\"?>"), S("<!doctype x>"),
	S("<"), S(">"), S("<<<<>>>>"), S("</"), S("<a"), S("<a "), S("</p>"), S("</section></main></body></html>"),
	S("<plaintext>"), S("<template>"), S("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">"),
	S("<select><style></select><img src=x onerror=alert(1)></style>"), S("<x:script>"), S("<\x0bscript>"),
	/* attributes */
	S("\""), S("'"), S("`"), S("\" onmouseover=\"alert(1)"), S("' onfocus='alert(1)' autofocus='"), S("` onclick=`alert(1)"),
	S("\"><script>alert(1)</script>"), S("'><img src=x onerror=alert(1)>"), S("x\" style=\"background:url(//x.example)"),
	S("\" lang=\"xx\" dir=\"rtl"), S("\\\" onload=alert(1) \\\""), S("=\"\">"), S("\n\" onload=\"x"), S("/>"),
	/* entities */
	S("&"), S("&amp;"), S("&lt;script&gt;"), S("&#60;script&#62;"), S("&#x3c;script&#x3e;"), S("&quot;onload=x"), S("&&&&"),
	S("&notanentity;"), S("&#0;"), S("&#xD800;"), S("&#1114112;"), S("&#x202e;"), S("&lt"),
	/* addresses */
	S("javascript:alert(1)"), S("JaVaScRiPt:alert(1)"), S("java\tscript:alert(1)"), S("data:text/html,<script>alert(1)</script>"),
	S("vbscript:msgbox(1)"), S("url(javascript:alert(1))"), S("@import '//x.example';"), S("expression(alert(1))"),
	S("//x.example/%00"), S("file:///etc/passwd"),
	/* bytes */
	S("\0"), S("a\0b"), S("<scr\0ipt>alert(1)</scr\0ipt>"), S("\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f"), S("\x1b[31mred\x1b[0m"),
	S("\x1b]0;title\x07"), S("\x7f\xc2\x80\xc2\x9f"), S("\r\n\r\n"), S("\t\t\t"), S("\xff\xfe\xfd"), S("\xc3"), S("\xc3("), S("\xe2\x82"),
	S("\xf0\x9f\x98"), S("\xc0\xaf"), S("\xe0\x80\xbc""script>"), S("\xed\xa0\x80"), S("\xf4\x90\x80\x80"), S("\xf8\x88\x80\x80\x80"),
	S("<\xc0\xbcscript>"), S("\xef\xbb\xbf<script>"), S("+ADw-script+AD4-"),
	/* direction, marks, width */
	S("\xe2\x80\xae""drawkcab"), S("a\xe2\x81\xa6""b\xe2\x81\xa9""c"), S("\xe2\x80\x8f\xe2\x80\x8e\xd8\x9c"), S("\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad"),
	S("\xe2\x80\xa8\xe2\x80\xa9"), S("Z\xcc\xb4\xcd\x9e\xcd\x9e\xcd\x9e\xcd\x9e\xcd\x9e\xcd\x9e""algo"), S("\xe0\xb8\xab\xe0\xb9\x89\xe0\xb9\x89\xe0\xb9\x89\xe0\xb9\x89"),
	S("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"), S("\xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9"),
	S("\xef\xbc\x9cscript\xef\xbc\x9e"), S("\xca\xb9\xca\xba"), S("\xc3\x9f\xc4\xb0\xc4\xb1\xef\xac\x81"), S("\xe2\x80\x8b"),
	/* formats and templates */
	S("%s%s%s%n"), S("%d %f %99999s"), S("{{7*7}}"), S("${7*7}"), S("<%= 7 %>"), S("'; DROP TABLE records; --"), S("=cmd|' /C calc'!A0"),
	S("$(reboot)"), S("../../../etc/passwd"), S("undefined"), S("NaN"), S("0"), S("-1"), S("ăâîșț ĄĆĘŁŃÓŚŹŻ"),
};
/* clang-format on */

enum { NAUGHTY = sizeof(naughty) / sizeof(naughty[0]) };

/* ---- a tokenizer that forgives nothing --------------------------------------------- */

static const char *const tags[] = {
	"a",	  "blockquote", "body",	 "caption", "circle", "code",	    "dd",
	"desc",	  "details",	"div",	 "dl",	    "dt",     "figcaption", "figure",
	"footer", "h1",		"h2",	 "h3",	    "h4",     "head",	    "header",
	"html",	  "li",		"main",	 "meta",    "ol",     "p",	    "path",
	"rect",	  "section",	"small", "span",    "strong", "style",	    "summary",
	"svg",	  "table",	"tbody", "td",	    "text",   "th",	    "thead",
	"title",  "tr",		"tspan", "ul",
};
static const char *const attributes[] = {
	"aria-describedby",
	"aria-hidden",
	"aria-label",
	"aria-labelledby",
	"charset",
	"class",
	"colspan",
	"content",
	"cx",
	"cy",
	"d",
	"data-label",
	"dir",
	"height",
	"href",
	"http-equiv",
	"id",
	"lang",
	"name",
	"r",
	"role",
	"rowspan",
	"scope",
	"style",
	"tabindex",
	"viewBox",
	"fill",
	"stroke",
	"stroke-width",
	"stroke-dasharray",
	"text-anchor",
	"font-size",
	"width",
	"x",
	"y",
};

static bool one_of(struct sv s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq(s, sv_of(names[i])))
			return true;
	return false;
}

static struct sv take_name(struct sv *rest)
{
	size_t n = 0;

	while (n < rest->n &&
	       ((rest->p[n] >= 'a' && rest->p[n] <= 'z') || rest->p[n] == 'B' ||
		(n && rest->p[n] >= '0' && rest->p[n] <= '9') ||
		(n && rest->p[n] == '-')))
		n++;
	*rest = (struct sv){ rest->p + n, rest->n - n };
	return (struct sv){ rest->p - n, n };
}

static bool take(struct sv *rest, const char *z)
{
	if (!sv_starts(*rest, sv_of(z)))
		return false;
	*rest = sv_sub(*rest, sv_of(z).n, rest->n);
	return true;
}

/* Text or the inside of an attribute: no bare markup, and only the references that
 * html.c makes. */
static const char *check_text(struct sv s)
{
	static const char *const refs[] = { "&amp;",  "&lt;",  "&gt;",
					    "&quot;", "&#39;", "&#96;" };

	for (size_t i = 0; i < s.n; i++) {
		bool known = s.p[i] != '&';

		if (s.p[i] == '<' || s.p[i] == '>')
			return "a bare < or >";
		for (size_t r = 0; r < 6 && !known; r++)
			known = sv_starts(sv_sub(s, i, s.n), sv_of(refs[r]));
		if (!known)
			return "a reference that is not ours";
	}
	return NULL;
}

static const char *check_attribute(struct sv name, struct sv value)
{
	if (!one_of(name, attributes, sizeof(attributes) / sizeof(attributes[0])))
		return "an attribute that is not ours";
	if (sv_eq(name, SV("href")) && !sv_starts(value, SV("#t")))
		return "a link that leaves the page";
	if (sv_eq(name, SV("style")) && !sv_eq(value, SV("display:none")))
		return "a style that is not ours";
	return check_text(value);
}

/* One tag; its name and those of its attributes are written to @shape. */
static const char *check_tag(struct sv *rest, struct buf *shape)
{
	bool end = take(rest, "/");
	struct sv name = take_name(rest);

	if (!one_of(name, tags, sizeof(tags) / sizeof(tags[0])))
		return "a tag that is not ours";
	buf_char(shape, end ? '/' : '<');
	buf_sv_put(shape, name);
	while (take(rest, " ")) {
		struct sv attr = take_name(rest), value;
		const char *wrong;

		if (!take(rest, "=\""))
			return "an attribute without a quoted value";
		value = sv_cut(rest, '"');
		wrong = check_attribute(attr, value);
		if (wrong)
			return wrong;
		buf_char(shape, ' ');
		buf_sv_put(shape, attr);
	}
	(void)take(rest, "/");
	return take(rest, ">") ? NULL : "a tag that does not end";
}

static const char *check_bytes(struct sv page)
{
	size_t n;

	if (!utf8_valid(page))
		return "wrong UTF-8";
	for (; page.n; page = sv_sub(page, n, page.n)) {
		uint32_t cp = utf8_next(page, &n);

		if ((cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0))
			return "a control character";
		if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
		    cp == 0x200e || cp == 0x200f || cp == 0x61c)
			return "a character that turns the direction";
	}
	return NULL;
}

/* NULL: the page is well-formed and has nothing that is not ours; else what is wrong. */
static const char *check_page(struct sv page, struct buf *shape)
{
	struct sv rest = page;
	const char *wrong = check_bytes(page);

	if (!take(&rest, "<!doctype html>"))
		return "no doctype";
	while (!wrong && rest.n) {
		ptrdiff_t at = sv_find(rest, SV("<"));
		size_t n = at < 0 ? rest.n : (size_t)at;

		wrong = check_text(sv_sub(rest, 0, n));
		rest = sv_sub(rest, n, rest.n);
		if (wrong || !take(&rest, "<"))
			continue;
		wrong = check_tag(&rest, shape);
		if (!wrong && shape->n > 6 && sv_ends(buf_sv(shape), SV("<style")))
			rest = sv_sub(rest, (size_t)sv_find(rest, SV("</style>")),
				      rest.n);
	}
	return wrong;
}

static void shape_of(struct sv foreign, enum ui_lang lang, struct buf *shape)
{
	struct fake f;
	struct buf page;
	const char *wrong;

	fake_open(&f, foreign);
	f.plan.lang = lang;
	buf_init(&page, 0);
	buf_init(shape, 0);
	fake_write(&f, &page);
	wrong = check_page(buf_sv(&page), shape);
	cr_expect_null(wrong, "`" SV_FMT "`: %s", SV_ARG(foreign), wrong);
	cr_expect(page.n < 300000, "%zu bytes", page.n);
	buf_release(&page);
	fake_close(&f);
}

Test(html, hostile_text_leaves_the_shape_of_the_page_as_it_was)
{
	struct buf calm, shape;

	cr_assert(NAUGHTY >= 80);
	shape_of(SV("calm"), UI_EN, &calm);
	cr_assert(calm.n > 4000, "%zu", calm.n);
	for (size_t i = 0; i < NAUGHTY; i++) {
		shape_of(naughty[i], (enum ui_lang)(i % UI_LANGS), &shape);
		cr_expect(sv_eq(buf_sv(&calm), buf_sv(&shape)),
			  "another shape: `" SV_FMT "`", SV_ARG(naughty[i]));
		buf_release(&shape);
	}
	buf_release(&calm);
}

Test(html, the_longest_text_is_clipped_and_never_breaks_a_character)
{
	static const char *const parts[] = { "ł",
					     "\xf0\x9f\x91\xa8\xe2\x80\x8d",
					     "e\xcc\x81\xcc\x81\xcc\x81",
					     "<b>",
					     "&",
					     "\xc3" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct buf text, shape;

		buf_init(&text, 0);
		for (int k = 0; k < 20000; k++)
			buf_str(&text, parts[i]);
		shape_of(buf_sv(&text), UI_PL, &shape);
		buf_release(&shape);
		buf_release(&text);
	}
}

Test(html, the_page_forbids_everything_but_its_own_style)
{
	struct fake f;
	struct buf page;

	fake_open(&f, SV("x"));
	buf_init(&page, 0);
	fake_write(&f, &page);
	cr_expect(sv_find(buf_sv(&page),
			  SV("default-src 'none'; style-src 'unsafe-inline'")) > 0);
	cr_expect(sv_find(buf_sv(&page), SV("<script")) < 0);
	cr_expect(sv_find(buf_sv(&page), SV("http:")) < 0);
	cr_expect(sv_find(buf_sv(&page), SV("https:")) < 0);
	cr_expect(sv_find(buf_sv(&page), SV("url(")) < 0);
	buf_release(&page);
	fake_close(&f);
}

/* ---- what it says ------------------------------------------------------------------ */

static bool says(struct fake *f, const char *what)
{
	struct buf page, shape;
	bool found;

	buf_init(&page, 0);
	buf_init(&shape, 0);
	fake_write(f, &page);
	cr_expect_null(check_page(buf_sv(&page), &shape));
	found = sv_find(buf_sv(&page), sv_of(what)) >= 0;
	buf_release(&page);
	buf_release(&shape);
	return found;
}

Test(lead, says_what_a_test_supports_and_nothing_else)
{
	struct fake f;

	fake_open(&f, SV("Payment"));
	cr_expect(says(&f, "CSAT fell by 12.0 percentage points."));
	cr_expect(says(&f, "The complaint that grew most:"));
	cr_expect_not(says(&f, "NPS fell by"));
	cr_expect_not(says(&f, "Nothing moved"));
	fake_close(&f);
}

Test(lead, says_that_nothing_moved_and_what_would_have_fitted)
{
	struct fake f;

	fake_open(&f, SV("Payment"));
	f.kpi[0].q = 0.2;
	for (size_t i = 0; i < FAKE_TOPICS; i++)
		f.topic[i].row.q = NAN;
	cr_expect(says(&f,
		       "What weighs most on CSAT:")); /* it did not move, but it weighs */
	cr_expect(says(&f, "Nothing moved that the data can tell."));
	cr_expect(says(&f, "fits these answers."));
	cr_expect_not(says(&f, "CSAT fell by"));
	cr_expect_not(says(&f, ">more than chance<"));
	fake_close(&f);
}

Test(page, can_be_written_of_nothing_at_all)
{
	struct fake f;

	fake_open(&f, (struct sv){ NULL, 0 });
	f.page = (struct page){ .plan = &f.plan, .score = f.page.score, .zone = "UTC" };
	cr_expect(says(&f, "There is no feedback in these days."));
	fake_close(&f);
}

Test(page, does_not_name_the_customer_that_a_filter_asks_for)
{
	static const struct sv filters[] = {
		S("customer:ana@example.com channel:chat"),
		S("-customer:\"ana@example.com\" channel:chat"),
		S("channel:chat customer:x,\"a ana@example.com\""),
		S("channel:chat customer:"),
	};
	struct fake f;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		fake_open(&f, SV("x"));
		f.plan.filter_text = filters[i];
		cr_expect(says(&f, "customer:[…]"));
		cr_expect(says(&f, "channel:chat"));
		cr_expect_not(says(&f, "ana@example.com"));
		fake_close(&f);
	}
}

Test(page, an_unknown_value_is_na_with_its_reason)
{
	struct fake f;

	fake_open(&f, SV("x"));
	f.kpi[1].k.now = (struct metric_value){ .why = "no NPS answers on 0-10" };
	f.kpi[1].k.change = (struct metric_change){ .why = "no NPS answers on 0-10" };
	cr_expect(says(&f, "<p class=\"value na\">NA</p>"));
	cr_expect(says(&f, "Not known: no NPS answers on 0-10."));
	fake_close(&f);
}

Test(topics, are_not_compared_with_days_that_were_not_collected)
{
	struct fake f;

	fake_open(&f, SV("Payment"));
	f.page.comparable = false;
	for (size_t i = 0; i < FAKE_TOPICS; i++) {
		f.topic[i].row.volume.known = false;
		f.topic[i].row.q = NAN;
	}
	cr_expect(says(&f, "Most frequent complaints"));
	cr_expect(says(&f, "was not collected in full"));
	cr_expect_not(says(&f, "The complaint that grew most"));
	cr_expect_not(says(&f, "→"));
	fake_close(&f);
}

Test(channels, an_order_is_given_only_where_intervals_are_apart)
{
	struct fake f;

	fake_open(&f, SV("chat"));
	cr_expect(says(&f, "Their intervals do not touch"));
	for (size_t m = 0; m < CHANNEL_METRICS; m++)
		f.channel[0].value[m] = f.channel[1].value[m];
	cr_expect_not(says(&f, "Their intervals do not touch"));
	cr_expect(says(&f, "no order can be given"));
	fake_close(&f);
}
