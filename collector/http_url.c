/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_url.c: addresses. What is compared or shown here was parsed by the same parser that the
 * connection is made with, so that no spelling means one host here and another one there.
 */
#include <curl/curl.h>
#include <string.h>

#include "collector/http_inside.h"
#include "core/utf8.h"

static bool plain(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return utf8_valid(s);
}

/* In any case, with exactly two slashes: curl takes one and three as well. */
static bool begins(struct sv url, struct sv scheme)
{
	return url.n > scheme.n && sv_ieq(sv_sub(url, 0, scheme.n), scheme) &&
	       url.p[scheme.n] != '/';
}

static bool has_part(CURLU *u, CURLUPart part)
{
	char *is = NULL;
	bool has = curl_url_get(u, part, &is, 0) == CURLUE_OK;

	curl_free(is);
	return has;
}

static bool name_place(CURLU *u, char place[HTTP_PLACE_MAX])
{
	char *host = NULL, *port = NULL;
	bool good = curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK && host[0] &&
		    strlen(host) < HTTP_PLACE_MAX - 8;

	if (good && curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK)
		snprintf(place, HTTP_PLACE_MAX, "%s:%s", host, port);
	else if (good)
		snprintf(place, HTTP_PLACE_MAX, "%s", host);
	curl_free(host);
	curl_free(port);
	return good;
}

static int check(CURLU *u, const char *url, char place[HTTP_PLACE_MAX], struct err *err)
{
	struct sv text = sv_of(url);

	if (text.n > HTTP_URL_MAX)
		return err_set(err, ERR_CONFIG, "the address has more than %d characters",
			       HTTP_URL_MAX);
	if (!plain(text) ||
	    curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		return err_set(err, ERR_CONFIG,
			       "this is no address; one looks like "
			       "https://chat.example.ro/api");
	if (!begins(text, SV("https://")) && !begins(text, SV("http://")))
		return err_set(err, ERR_CONFIG,
			       "the address must begin with https:// or http://");
	if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
		return err_set(
			err, ERR_CONFIG,
			"the address must not hold a user or password: they go into "
			"`secret_file`");
	if (!name_place(u, place))
		return err_set(err, ERR_CONFIG, "the address names no host");
	return 0;
}

int http_url_parse(const char *url, void **parsed, char place[HTTP_PLACE_MAX],
		   struct err *err)
{
	CURLU *u = curl_url();
	int rc;

	*parsed = NULL;
	place[0] = 0;
	if (!u)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = check(u, url ? url : "", place, err);
	if (rc)
		curl_url_cleanup(u);
	else
		*parsed = u;
	return rc;
}

void http_url_free(void *parsed)
{
	curl_url_cleanup(parsed);
}

struct sv http_host(const char *url)
{
	struct sv rest = sv_of(url);
	ptrdiff_t at = sv_find(rest, SV("://"));
	size_t end = 0, start = 0;

	if (at < 0)
		return (struct sv){ NULL, 0 };
	rest = sv_sub(rest, (size_t)at + 3, rest.n);
	while (end < rest.n && !memchr("/?#\\", rest.p[end], 4))
		end++;
	for (size_t i = 0; i < end; i++)
		if (rest.p[i] == '@')
			start = i + 1;
	rest = sv_sub(rest, start, end - start);
	if (rest.n && rest.p[0] == '[')
		return sv_sub(rest, 0, (size_t)(sv_find(rest, SV("]")) + 1));
	return sv_cut(&rest, ':');
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part, unsigned flags)
{
	char *one = NULL, *other = NULL;
	bool same = curl_url_get(a, part, &one, flags) == CURLUE_OK &&
		    curl_url_get(b, part, &other, flags) == CURLUE_OK &&
		    sv_ieq(sv_of(one), sv_of(other));

	curl_free(one);
	curl_free(other);
	return same;
}

bool http_same_place(const char *a, const char *b)
{
	char place[HTTP_PLACE_MAX];
	void *one = NULL, *other = NULL;
	bool same = !http_url_parse(a, &one, place, NULL) &&
		    !http_url_parse(b, &other, place, NULL) &&
		    same_part(one, other, CURLUPART_SCHEME, 0) &&
		    same_part(one, other, CURLUPART_HOST, 0) &&
		    same_part(one, other, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	http_url_free(one);
	http_url_free(other);
	return same;
}

void http_escape(struct sv s, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		const char code[3] = { '%', digits[c >> 4], digits[c & 15] };

		if (memchr(kept, c, sizeof(kept) - 1))
			buf_char(out, (char)c);
		else
			buf_put(out, code, 3);
	}
}
