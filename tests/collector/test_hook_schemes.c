/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hook_schemes.c: what the services sign is accepted; one bit else, another secret, another
 * time is not. The signatures of the table were made with openssl, not with our code.
 */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collector/hook.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BODY "{\"event\":\"x\",\"text\":\"Mulțumesc, świetnie\"}"
#define STDWH_KEY_BARE "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
#define STDWH_KEY "whsec_" STDWH_KEY_BARE
#define STDWH_B64 "a+DX93jFzZ9qEj8drGeFewfNqqQjfQAAjCUFO+ukcYw="
#define STDWH_SIG "v1," STDWH_B64
#define FORM_CALL "CallSid=CA1&Digits=4&From=%2B40700000000&To=%2B48220000000"
#define FORM_END                                                                         \
	"event=NOTIFY_END&caller_id=%2B40700000000&called_did=48220000000&"              \
	"call_start=2026-11-21+19%3A00%3A00"

enum { MOST_HEADERS = 6, NOW_S = 1795287600 };
static const int64_t now_ms = (int64_t)NOW_S * 1000;

struct pair {
	const char *name, *value;
};

struct vector {
	const char *scheme, *secret;
	struct pair headers[MOST_HEADERS]; /* [0] holds the proof */
	size_t skip;	  /* bytes of the proof that may be spelt otherwise */
	const char *time; /* header; NULL: none */
	const char *url, *query, *body;
	const char *delivery;
};

/* clang-format off */
static const struct vector vectors[] = {
	{ "chatwoot", "cw_secret",
	  { { "X-Chatwoot-Signature", "sha256=54bfab464c579217c97d9c348a1ed39d7c8375b0dd0eceb3e5e482af047b5852" },
	    { "X-Chatwoot-Timestamp", "1795287600" }, { "X-Chatwoot-Delivery", "7d1f1a0e-55cd-4a1b" } },
	  0, "X-Chatwoot-Timestamp", "https://x/hooks/cw", "", BODY, "7d1f1a0e-55cd-4a1b" },
	{ "zendesk", "zd_secret",
	  { { "X-Zendesk-Webhook-Signature", "o+zXKd+HUJ33swa5WmIN+l3R99M1hOuBdrFM80Q9HWs=" },
	    { "X-Zendesk-Webhook-Signature-Timestamp", "2026-11-21T19:00:00Z" } },
	  0, "X-Zendesk-Webhook-Signature-Timestamp", "https://x/hooks/zd", "", BODY, "" },
	{ "standard", STDWH_KEY,
	  { { "webhook-signature", STDWH_SIG }, { "webhook-timestamp", "1795287600" }, { "webhook-id", "msg_1" } },
	  0, "webhook-timestamp", "https://x/hooks/fb", "", BODY, "msg_1" },
	{ "typeform", "tf_secret",
	  { { "Typeform-Signature", "sha256=ccP+hDWoFZ7O6SKJvjbHBn1gr3xZyS18EQh2gWuifV4=" } },
	  0, NULL, "https://x/hooks/tf", "", BODY, "" },
	{ "tally", "ta_secret", { { "Tally-Signature", "8WvCfP6g/QOARejcyNLVr257wv+sGEdlOqO+TL4pxL4=" } },
	  0, NULL, "https://x/hooks/ta", "", BODY, "" },
	{ "crisp", "cr_secret",
	  { { "X-Crisp-Signature", "1a77e32ed477c414a44203cf79bfe824a44c84f80fc87f045112cceae861cd03" },
	    { "X-Crisp-Request-Timestamp", "1795287600" } },
	  0, "X-Crisp-Request-Timestamp", "https://x/hooks/cr", "", BODY, "" },
	{ "surveymonkey", "client&secret", { { "Sm-Signature", "EkmxZKRHaZSScgbTs6wppnnWHjs=" } },
	  0, NULL, "https://x/hooks/sm", "", BODY, "" },
	{ "intercom", "ic_secret", { { "X-Hub-Signature", "sha1=2b18364ecbef3f7e4234bc99f18e2361a0997485" } },
	  0, NULL, "https://x/hooks/ic", "", BODY, "" },
	{ "twilio", "tw_token",
	  { { "X-Twilio-Signature", "m/RKzD3ABb40ACijGlbNsGL4tOI=" },
	    { "Content-Type", "application/x-www-form-urlencoded; charset=UTF-8" } },
	  0, NULL, "https://hooks.example.ro/twilio", "src=ivr", FORM_CALL, "" },
	{ "twilio", "12345", { { "X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=" } },
	  0, NULL, "https://mycompany.com/myapp.php", "foo=1&bar=2",
	  "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309", "" },
	{ "zadarma", "za_secret",
	  { { "Signature", "OTZiZWQzYjk2MGU1NjAzMGNiZjg5ZDQxYjY0NzYyOWYwMDc5MDM5ZQ==" } },
	  0, NULL, "https://x/hooks/za", "", FORM_END, "" },
	{ "basic", "pbx:Zażółć gęślą",
	  { { "Authorization", "Basic cGJ4OlphxbzDs8WCxIcgZ8SZxZtsxIU=" } }, 6, NULL, "https://x/hooks/fs", "", BODY, "" },
	{ "bearer", "b3a7-canary", { { "Authorization", "bearer b3a7-canary" } }, 7, NULL, "https://x/hooks/g", "", BODY, "" },
	{ "path", "p-3f9a-canary", { { "X-Opinia-Secret", "p-3f9a-canary" } }, 0, NULL, "https://x/hooks/th", "", BODY, "" },
};
/* clang-format on */

/* ---- asking a scheme --------------------------------------------------------------------- */

static bool ask(const char *scheme, const struct hook_request *q,
		const struct sv *secrets, size_t n, char delivery[300])
{
	const struct hook_scheme *s = hook_scheme_find(scheme);
	struct hook_proof proof;
	struct arena a;

	cr_assert_not_null(s, "%s", scheme);
	arena_init(&a, 8 << 20);
	s->verify(q, secrets, n, &a, &proof);
	cr_expect(proof.good == !proof.why, "%s: a refusal has its reason", scheme);
	if (delivery)
		snprintf(delivery, 300, SV_FMT, SV_ARG(proof.delivery));
	arena_release(&a);
	return proof.good;
}

static void request_of(const struct vector *v, struct hook_request *q,
		       struct hook_header headers[MOST_HEADERS])
{
	*q = (struct hook_request){ .method = SV("POST"),
				    .query = sv_of(v->query),
				    .body = sv_of(v->body),
				    .headers = headers,
				    .url = v->url,
				    .received_at = now_ms };
	for (; q->header_count < MOST_HEADERS && v->headers[q->header_count].name;
	     q->header_count++)
		headers[q->header_count] =
			(struct hook_header){ sv_of(v->headers[q->header_count].name),
					      sv_of(v->headers[q->header_count].value) };
}

static bool one(const struct vector *v, const struct hook_request *q)
{
	struct sv secret = sv_of(v->secret);

	return ask(v->scheme, q, &secret, 1, NULL);
}

Test(hook, what_the_services_sign_is_accepted_under_any_of_the_secrets)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct sv secret = sv_of(v->secret);
		const struct sv old_new[] = { SV("another"), secret, SV("") };
		const struct sv wrong[] = { SV("another"), SV(""), SV(STDWH_KEY "A") };
		const struct sv longer[] = { { secret.p, secret.n - 1 }, SV("x") };
		struct hook_header headers[MOST_HEADERS + 1];
		struct hook_request q;
		char delivery[300];

		request_of(v, &q, headers);
		cr_expect(ask(v->scheme, &q, &secret, 1, delivery), "%s", v->scheme);
		cr_expect_str_eq(delivery, v->delivery);
		cr_expect(ask(v->scheme, &q, old_new, 3, NULL), "%s: rotated", v->scheme);
		cr_expect(!ask(v->scheme, &q, wrong, 3, NULL), "%s: others", v->scheme);
		cr_expect(!ask(v->scheme, &q, longer, 2, NULL), "%s: shorter", v->scheme);
		cr_expect(!ask(v->scheme, &q, &secret, 0, NULL), "%s: none", v->scheme);
		headers[q.header_count++] = headers[0];
		cr_expect(!one(v, &q), "%s: the header came twice", v->scheme);
		q.header_count--;
		q.headers++;
		q.header_count--;
		cr_expect(!one(v, &q), "%s: without the header", v->scheme);
	}
}

/* ---- one bit ----------------------------------------------------------------------------- */

static uint64_t seed = 20261122;

static size_t below(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

/* %2b is the same form as %2B. */
static bool same_form(const struct vector *v, struct sv was, size_t at, unsigned bit)
{
	return strchr(v->body, '=') && bit == 5 && at >= 2 &&
	       (was.p[at - 1] == '%' || was.p[at - 2] == '%') &&
	       ((was.p[at] | 0x20) >= 'a');
}

static void flip(const struct vector *v, struct hook_request *q, struct sv *part,
		 size_t skip, bool form)
{
	char bytes[512];
	struct sv was = *part;
	size_t at = skip + below(was.n - skip);
	unsigned bit = (unsigned)below(8);

	if (form && same_form(v, was, at, bit))
		return;
	cr_assert_lt(was.n, sizeof(bytes));
	memcpy(bytes, was.p, was.n);
	bytes[at] = (char)(bytes[at] ^ 1 << bit);
	part->p = bytes;
	cr_expect(!one(v, q), "%s: bit %u of byte %zu of `" SV_FMT "`", v->scheme, bit,
		  at, SV_ARG(was));
	*part = was;
}

Test(hook, ten_thousand_flipped_bits_are_refused)
{
	for (int i = 0; i < 10000; i++) {
		const struct vector *v = &vectors[below(COUNT(vectors))];
		bool bare = v->skip || !strcmp(v->scheme, "path"); /* signs no body */
		struct hook_header headers[MOST_HEADERS];
		struct hook_request q;
		size_t part;

		request_of(v, &q, headers);
		part = bare ? 0 : below(v->time ? 3 : 2);
		if (part == 0)
			flip(v, &q, &headers[0].value, v->skip, false);
		else if (part == 1)
			flip(v, &q, &q.body, 0, true);
		else
			flip(v, &q, &headers[1].value, 0, false);
		cr_expect(one(v, &q), "%s: unflipped again", v->scheme);
	}
}

/* ---- times ------------------------------------------------------------------------------- */

Test(hook, a_call_counts_five_minutes_both_ways)
{
	static const struct {
		int64_t late_ms;
		bool good;
	} rows[] = { { 0, true },	 { 299999, true },    { 300000, true },
		     { 300001, false },	 { 3600000, false },  { -300000, true },
		     { -300001, false }, { -86400000, false } };
	static const char *const no_times[] = {
		"", "-1", "1795287600.5", "+1795287600", "0x1", "179528760000000000"
	};

	for (size_t i = 0; i < COUNT(vectors); i++)
		for (size_t r = 0; vectors[i].time && r < COUNT(rows); r++) {
			struct hook_header headers[MOST_HEADERS];
			struct hook_request q;

			request_of(&vectors[i], &q, headers);
			q.received_at = now_ms + rows[r].late_ms;
			cr_expect_eq(one(&vectors[i], &q), rows[r].good, "%s, %lld ms",
				     vectors[i].scheme, (long long)rows[r].late_ms);
		}
	for (size_t i = 0; i < COUNT(vectors); i++)
		for (size_t r = 0; vectors[i].time && r < COUNT(no_times); r++) {
			struct hook_header headers[MOST_HEADERS];
			struct hook_request q;

			request_of(&vectors[i], &q, headers);
			headers[1].value = sv_of(no_times[r]);
			cr_expect(!one(&vectors[i], &q), "%s", no_times[r]);
		}
}

/* ---- Standard Webhooks ------------------------------------------------------------------- */

static bool standard(const char *names, const char *id, const char *signatures,
		     const struct sv *secrets, size_t n, char *delivery)
{
	char name[3][32];
	struct hook_header h[3];
	static const char *const what[] = { "id", "timestamp", "signature" };
	const struct hook_request q = { .body = SV(BODY),
					.headers = h,
					.header_count = 3,
					.url = "https://x/",
					.received_at = now_ms };

	for (int i = 0; i < 3; i++) {
		snprintf(name[i], sizeof(name[i]), "%s-%s", names, what[i]);
		h[i].name = sv_of(name[i]);
	}
	h[0].value = sv_of(id);
	h[1].value = SV("1795287600");
	h[2].value = sv_of(signatures);
	return ask("standard", &q, secrets, n, delivery);
}

Test(hook, standard_webhooks_may_list_signatures_of_old_and_new_keys)
{
	static const struct {
		const char *names, *id, *signatures, *secret;
		bool good;
	} rows[] = {
		{ "webhook", "msg_1", STDWH_SIG, STDWH_KEY, true },
		{ "svix", "msg_1", STDWH_SIG, STDWH_KEY, true },
		{ "webhook", "msg_1", STDWH_SIG, STDWH_KEY_BARE, true },
		{ "webhook", "msg_1", "v1,AAAA v2,xx " STDWH_SIG, STDWH_KEY, true },
		{ "webhook", "msg_1", STDWH_SIG " v1,AAAA", STDWH_KEY, true },
		{ "webhook", "msg_1", "v1a," STDWH_B64, STDWH_KEY, false },
		{ "webhook", "msg_1", "v2," STDWH_B64, STDWH_KEY, false },
		{ "webhook", "msg_2", STDWH_SIG, STDWH_KEY, false },
		{ "webhook", "msg.1", STDWH_SIG, STDWH_KEY, false },
		{ "webhook", "msg 1", STDWH_SIG, STDWH_KEY, false },
		{ "webhook", "", STDWH_SIG, STDWH_KEY, false },
		{ "webhook", "msg_1", STDWH_SIG, "whsec_c2hvcnQ=", false },
		{ "webhook", "msg_1", STDWH_SIG, "whsec_", false },
		{ "webhook", "msg_1", STDWH_SIG, "whpk_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
		  false },
		{ "webhook", "msg_1", "x x x x x x x x x x " STDWH_SIG, STDWH_KEY,
		  false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sv secret = sv_of(rows[i].secret);
		char delivery[300];

		cr_expect_eq(standard(rows[i].names, rows[i].id, rows[i].signatures,
				      &secret, 1, delivery),
			     rows[i].good, "row %zu", i);
		cr_expect_str_eq(delivery, rows[i].good ? rows[i].id : "");
	}
}

Test(hook, standard_webhooks_take_public_keys_too)
{
	static const char text[] = "msg_1.1795287600." BODY;
	unsigned char public[crypto_sign_PUBLICKEYBYTES], own[crypto_sign_SECRETKEYBYTES];
	unsigned char seed32[crypto_sign_SEEDBYTES] = "an invented seed for the tests!";
	unsigned char sig[crypto_sign_BYTES];
	char key[96] = "whpk_", other[96] = "whpk_", header[128] = "v1a,";
	struct sv keys[2];

	cr_assert_geq(sodium_init(), 0);
	crypto_sign_seed_keypair(public, own, seed32);
	crypto_sign_detached(sig, NULL, (const unsigned char *)text, sizeof(text) - 1,
			     own);
	sodium_bin2base64(key + 5, sizeof(key) - 5, public, sizeof(public),
			  sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2base64(header + 4, sizeof(header) - 4, sig, sizeof(sig),
			  sodium_base64_VARIANT_ORIGINAL);
	public[3] ^= 1;
	sodium_bin2base64(other + 5, sizeof(other) - 5, public, sizeof(public),
			  sodium_base64_VARIANT_ORIGINAL);
	keys[0] = sv_of(other);
	keys[1] = sv_of(key);
	cr_expect(standard("webhook", "msg_1", header, keys, 2, NULL));
	cr_expect(!standard("webhook", "msg_1", header, keys, 1, NULL));
	cr_expect(!standard("webhook", "msg_2", header, keys, 2, NULL));
	for (size_t i = 4; header[i]; i++)
		for (unsigned bit = 0; bit < 7; bit++) {
			header[i] = (char)(header[i] ^ 1 << bit);
			cr_expect(!standard("webhook", "msg_1", header, keys, 2, NULL),
				  "byte %zu, bit %u", i, bit);
			header[i] = (char)(header[i] ^ 1 << bit);
		}
}

/* ---- what else the services do ----------------------------------------------------------- */

#define FORM                                                                             \
	{                                                                                \
		"content-type", "application/x-www-form-urlencoded"                      \
	}
#define JSON                                                                             \
	{                                                                                \
		"content-type", "application/json"                                       \
	}
#define ZA "https://x/hooks/za", ""
#define LC "https://x/hooks/lc", ""
#define LIVECHAT "livechat", "lc-canary", { { NULL, NULL } }, 0, NULL, LC
#define IVR "https://hooks.example.ro/ivr"
#define HASH "bodySHA256=1f80a67d6d9e94c1112f8c551a7cc2818058af8ae4835896d72d4b9e6ae5ed41"

/* @delivery NULL: must be refused */
/* clang-format off */
static const struct vector calls[] = {
	/* Twilio: the port that the caller sees and we do not, and the other way round */
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "gXb82A+TEz0yVHYQ8lbe0zuApXY=" }, FORM }, 0, NULL, IVR, "", "Digits=4&CallSid=CA1", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "NzXm/otEs3m1cFN+w7iOZp+HGBY=" }, FORM }, 0, NULL, IVR, "", "CallSid=CA1&Digits=4", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "gXb82A+TEz0yVHYQ8lbe0zuApXY=" }, FORM }, 0, NULL, "https://hooks.example.ro:443/ivr", "", "CallSid=CA1&Digits=4", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "Up3PN1aMrx8vxXnQJorBrESdOJs=" }, FORM }, 0, NULL, "http://hooks.example.ro/ivr", "", "CallSid=CA1&Digits=4", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "2o+yVYuYFAVsIRydIy8+NE9nUic=" }, FORM }, 0, NULL, "https://hooks.example.ro:8443/ivr", "", "CallSid=CA1&Digits=4", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "gXb82A+TEz0yVHYQ8lbe0zuApXY=" }, FORM }, 0, NULL, "https://other.example.ro/ivr", "", "CallSid=CA1&Digits=4", NULL },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "gXb82A+TEz0yVHYQ8lbe0zuApXY=" }, FORM }, 0, NULL, IVR, "a=1", "CallSid=CA1&Digits=4", NULL },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "gXb82A+TEz0yVHYQ8lbe0zuApXY=" }, FORM }, 0, NULL, IVR, "", "CallSid=CA1&Digits=4&Digits=5", NULL },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "TzbXtg9mA9iEHBCadj5N4SDToB4=" }, FORM }, 0, NULL, IVR, "",
	  "Text=Mul%c8%9Bumesc%2C+%C5%9Bwietnie&Media=b&Media=a&Media=b", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "Ge9KlTNpYHhJX5dEQVhaagiMXQk=" }, FORM }, 0, NULL, IVR, "", "X=1&Body=", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "H3htebqgjl480WIUVQk8RnOXkNQ=" }, JSON }, 0, NULL, IVR, HASH, "{\"digits\":\"4\"}", "" },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "H3htebqgjl480WIUVQk8RnOXkNQ=" }, JSON }, 0, NULL, IVR, HASH, "{\"digits\":\"5\"}", NULL },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "7Rb3PWEamu83j//FAXAMfwKiak0=" }, JSON }, 0, NULL, IVR, "", "{\"digits\":\"4\"}", NULL },
	{ "twilio", "tw_token", { { "X-Twilio-Signature", "7Rb3PWEamu83j//FAXAMfwKiak0=" }, JSON }, 0, NULL, IVR, "", "", "" },
	/* Zadarma: each event signs fields of its own */
	{ "zadarma", "za_secret", { { "Signature", "YWIxN2ZhNDk3NWJlYTQwMGJmMWRhNDRmOTJiZjFmOTJiNzExMGQ0ZQ==" } }, 0, NULL, ZA,
	  "event=NOTIFY_ANSWER&caller_id=%2B40700000000&destination=201&call_start=2026-11-21%2019:00:00", "" },
	{ "zadarma", "za_secret", { { "Signature", "OWIwODEzNTlmNzUxYTEzMDJkMzY2OTMyZjNiYTg0ZTc2MTY5ZTYyMw==" } }, 0, NULL, ZA,
	  "event=NOTIFY_OUT_END&internal=101&destination=48220000000&call_start=2026-11-21+19:00:00", "" },
	{ "zadarma", "za_secret", { { "Signature", "NjU1Mjk3ZDRlOTRhYzIzOTg2OGNhMzc5YTYzM2FlNDI3MWE3ZDFiZg==" } }, 0, NULL, ZA,
	  "event=NOTIFY_OUT_START&destination=48220000000&call_start=2026-11-21+19:00:00", "" },
	{ "zadarma", "za_secret", { { "Signature", "OGYzNzllZjBiZWNhZTQzNTcxYzBlYWQ3ZDI1M2FkYzMyOGI1MGY0OA==" } }, 0, NULL, ZA,
	  "event=NOTIFY_RECORD&call_id_with_rec=1795287600.42&pbx_call_id=in_1a2b", "" },
	{ "zadarma", "za_secret", { { "Signature", "ZDc2NGJlYjFiZTRkZGM2YzAzNGJlNjAxZGUwYTQ0ZmI5YjZjNGNmMA==" } }, 0, NULL, ZA,
	  "event=SMS&result=%7B%22text%22%3A%22dzi%C4%99kuj%C4%99%22%7D", "" },
	{ "zadarma", "za_secret", { { "Signature", "OWMzZWE5YmU1NDgyNDU1OWRiMDRmNDY0NzQ3ZjM5MzBiNTMwZTZhNA==" } }, 0, NULL, ZA,
	  "event=NOTIFY_RECORD&call_id_with_rec=&pbx_call_id=", NULL },
	{ "zadarma", "za_secret", { { "Signature", "NjU1Mjk3ZDRlOTRhYzIzOTg2OGNhMzc5YTYzM2FlNDI3MWE3ZDFiZg==" } }, 0, NULL, ZA,
	  "event=NOTIFY_END&called_did=48220000000&call_start=2026-11-21+19:00:00", NULL },
	{ "zadarma", "za_secret", { { "Signature", "OGYzNzllZjBiZWNhZTQzNTcxYzBlYWQ3ZDI1M2FkYzMyOGI1MGY0OA==" } }, 0, NULL, ZA,
	  "event=NOTIFY_RECORD&event=SMS&call_id_with_rec=1795287600.42&pbx_call_id=in_1a2b", NULL },
	/* other spellings of a signature */
	{ "intercom", "ic_secret", { { "X-Hub-Signature", "sha256=7049924fccccded7fef181ee5b6cebc2f7d1ff76bb2e1e3ea3d226626498e10f" } }, 0, NULL, LC, BODY, "" },
	{ "intercom", "ic_secret", { { "X-Hub-Signature-256", "sha256=7049924fccccded7fef181ee5b6cebc2f7d1ff76bb2e1e3ea3d226626498e10f" } }, 0, NULL, LC, BODY, "" },
	{ "intercom", "ic_secret", { { "X-Hub-Signature", "2b18364ecbef3f7e4234bc99f18e2361a0997485" } }, 0, NULL, LC, BODY, NULL },
	{ "typeform", "tf_secret", { { "Typeform-Signature", "sha256=zCrIaB97LDuZyLcjj7uy4t/4LBjf1rLWGtKsHTiD5d8=" } }, 0, NULL, LC, BODY, "" },
	{ "crisp", "cr_secret", { { "X-Crisp-Signature", "1db8069b8cdf70e4f120a238e2d46f947a5e004b3440e25d7b2ee7095956406f" },
	  { "x-crisp-request-timestamp", "1795287600123" } }, 0, NULL, LC, BODY, "" },
	{ "chatwoot", "cw_secret", { { "X-Chatwoot-Signature", "sha256=54bfab464c579217c97d9c348a1ed39d7c8375b0dd0eceb3e5e482af047b5852" },
	  { "X-Chatwoot-Timestamp", "1795287600" }, { "X-Chatwoot-Delivery", "with.dot" } }, 0, NULL, LC, BODY, NULL },
	/* a secret that is only shown */
	{ LIVECHAT, "{\"webhook_id\":\"w\",\"secret_key\":\"lc-canary\",\"payload\":{\"rating\":{\"score\":1}}}", "" },
	{ LIVECHAT, "{\"a\":{\"secret_key\":\"x\"},\"secret\\u005fkey\":\"lc\\u002dcanary\"}", "" },
	{ LIVECHAT, "{\"payload\":{\"secret_key\":\"lc-canary\"}}", NULL },
	{ LIVECHAT, "{\"secret_key\":\"lc-canary\",\"secret_key\":\"lc-canary\"}", NULL },
	{ LIVECHAT, "{\"secret_key\":\"\"}", NULL },
	{ LIVECHAT, "{\"secret_key\":[\"lc-canary\"]}", NULL },
	{ LIVECHAT, "{\"secret_key\":\"lc-canary\"", NULL },
	{ LIVECHAT, "[\"secret_key\",\"lc-canary\"]", NULL },
	{ LIVECHAT, "", NULL },
	{ "path", "s3+cret", { { NULL, NULL } }, 0, NULL, "https://x/hooks/th/s3+cret", "", BODY, "" },
	{ "path", "s3 cret", { { NULL, NULL } }, 0, NULL, "https://x/hooks/th/s3%20cret", "", BODY, "" },
	{ "path", "s3cret", { { NULL, NULL } }, 0, NULL, "https://x/hooks/th", "a=1&key=s3cret", BODY, "" },
	{ "path", "s3cret", { { NULL, NULL } }, 0, NULL, "https://x/hooks/th", "key=s3cret&key=s3cret", BODY, NULL },
	{ "path", "s3cret", { { NULL, NULL } }, 0, NULL, "https://x/hooks/s3cret/", "", BODY, NULL },
	{ "path", "s3cret", { { NULL, NULL } }, 0, NULL, "https://x/hooks/th", "Key=s3cret", BODY, NULL },
	{ "bearer", "s3cret", { { "Authorization", "Token s3cret" } }, 0, NULL, LC, BODY, NULL },
	{ "bearer", "s3cret", { { "Authorization", "Bearer" } }, 0, NULL, LC, BODY, NULL },
	{ "bearer", "s3cret", { { "Authorization", "Bearer s3cre" } }, 0, NULL, LC, BODY, NULL },
	{ "bearer", "s3cret", { { "Authorization", "Bearer s3crets3cret" } }, 0, NULL, LC, BODY, NULL },
	{ "bearer", "s3cret", { { "Authorization", "Bearer s3creT" } }, 0, NULL, LC, BODY, NULL },
	{ "bearer", "s", { { "Authorization", "Bearer ss" } }, 0, NULL, LC, BODY, NULL },
	{ "basic", "pbx:s3cret", { { "Authorization", "Basic pbx:s3cret" } }, 0, NULL, LC, BODY, NULL },
};
/* clang-format on */

Test(hook, each_service_is_taken_as_it_calls_and_not_otherwise)
{
	for (size_t i = 0; i < COUNT(calls); i++) {
		struct hook_header headers[MOST_HEADERS];
		struct hook_request q;

		request_of(&calls[i], &q, headers);
		cr_expect_eq(one(&calls[i], &q), calls[i].delivery != NULL,
			     "row %zu: %s: %s", i, calls[i].scheme, calls[i].body);
	}
}

Test(hook, the_table_of_schemes_is_sorted_and_each_is_found)
{
	size_t n;
	const struct hook_scheme *all = hook_scheme_all(&n);

	cr_assert_eq(n, 14);
	for (size_t i = 0; i < n; i++) {
		cr_expect(!i || strcmp(all[i - 1].name, all[i].name) < 0);
		cr_expect_eq(hook_scheme_find(all[i].name), &all[i]);
		cr_expect(all[i].help && all[i].help[0]);
	}
	cr_expect_null(hook_scheme_find("Chatwoot"));
	cr_expect_null(hook_scheme_find(NULL));
}
