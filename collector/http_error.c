/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_error.c: what curl reports, as a sentence that says what is wrong with which host and what
 * to do. Never the URL: a key may stand in its query.
 */
#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509.h>
#include <string.h>

#include "collector/http_inside.h"
#include "core/i18n.h"
#include "core/when.h"

static bool came(const struct http_exchange *x, CURLINFO what)
{
	curl_off_t us = 0;

	curl_easy_getinfo(x->http->easy, what, &us);
	return us > 0;
}

static double seconds(const struct http_exchange *x)
{
	curl_off_t us = 0;

	curl_easy_getinfo(x->http->easy, CURLINFO_TOTAL_TIME_T, &us);
	return (double)us / 1e6;
}

static int too_slow(const struct http_exchange *x, struct err *err)
{
	if (x->heard.begun)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s answers too slowly: after %.1f s it was not done, %zu "
			       "bytes had come",
			       x->place, seconds(x), x->heard.bytes + x->body.n);
	if (came(x, CURLINFO_PRETRANSFER_TIME_T))
		return err_set(err, ERR_UNAVAILABLE, "%s did not answer within %.1f s",
			       x->place, seconds(x));
	if (x->connected)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s took the connection, but did not agree on TLS within "
			       "%.1f s",
			       x->place, seconds(x));
	if (came(x, CURLINFO_NAMELOOKUP_TIME_T))
		return err_set(err, ERR_UNAVAILABLE, "%s cannot be reached within %.1f s",
			       x->place, seconds(x));
	return err_set(err, ERR_UNAVAILABLE,
		       "the name server did not say within %.1f s where %s is",
		       seconds(x), x->place);
}

static int no_connection(const struct http_exchange *x, struct err *err)
{
	long no = 0;

	if (x->guard.refused && !x->guard.opened)
		return http_guard_said(&x->guard, x->place, err);
	curl_easy_getinfo(x->http->easy, CURLINFO_OS_ERRNO, &no);
	if (no == ECONNREFUSED)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s refuses connections: is the service up, is the port "
			       "right?",
			       x->place);
	return err_set(err, ERR_UNAVAILABLE, "%s cannot be reached: %s", x->place,
		       no ? strerror((int)no) : _("no connection came about"));
}

static int distrusted(const struct http_exchange *x, struct err *err)
{
	long why = X509_V_OK;

	curl_easy_getinfo(x->http->easy, CURLINFO_SSL_VERIFYRESULT, &why);
	if (why == X509_V_OK || why == X509_V_ERR_UNSPECIFIED) /* the chain was fine */
		return err_set(err, ERR_CONFIG,
			       "the certificate of %s is for another name: ask for the "
			       "service by the name in its certificate",
			       x->place);
	return err_set(
		err, ERR_CONFIG,
		"the certificate of %s is not to be trusted (%s); if the authority "
		"is your own, its certificate belongs into `ca_file`",
		x->place, X509_verify_cert_error_string(why));
}

static int cut_short(const struct http_exchange *x, int code, struct err *err)
{
	/* for curl, a line of 100 KiB is a lack of memory */
	if (x->headers_too_long || code == CURLE_OUT_OF_MEMORY)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s sends more than %d bytes of headers", x->place,
			       HTTP_HEADERS_MAX);
	if (x->body_too_long || code == CURLE_FILESIZE_EXCEEDED)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s answers with more than %zu bytes", x->place,
			       x->body_max);
	return err_set(err, ERR_SYSTEM, "out of memory");
}

int http_failed(const struct http_exchange *x, int code, struct err *err)
{
	static const struct {
		int code;
		enum err_code says;
		const char *text;
	} rows[] = {
		/* clang-format off */
		{ CURLE_COULDNT_RESOLVE_HOST, ERR_UNAVAILABLE, N_("there is no host %s, or no name server answers") },
		{ CURLE_UNSUPPORTED_PROTOCOL, ERR_UNAVAILABLE, N_("%s answers, but not in HTTP: is the port right?") },
		{ CURLE_WEIRD_SERVER_REPLY, ERR_UNAVAILABLE, N_("%s answers, but not in proper HTTP: is the port right?") },
		{ CURLE_GOT_NOTHING, ERR_UNAVAILABLE, N_("%s closed the connection without an answer") },
		{ CURLE_PARTIAL_FILE, ERR_UNAVAILABLE, N_("%s stopped in the middle of its answer") },
		{ CURLE_RECV_ERROR, ERR_UNAVAILABLE, N_("%s broke the connection off") },
		{ CURLE_SEND_ERROR, ERR_UNAVAILABLE, N_("%s broke the connection off while it was asked") },
		{ CURLE_BAD_CONTENT_ENCODING, ERR_UNAVAILABLE, N_("%s sends a packed answer that does not unpack") },
		{ CURLE_SSL_CONNECT_ERROR, ERR_UNAVAILABLE,
		  N_("no TLS with %s: does the port speak https, and at least TLS 1.2?") },
		{ CURLE_SSL_CACERT_BADFILE, ERR_CONFIG,
		  N_("no certificates of authorities to check %s with: is `ca_file` there, is the package "
		  "ca-certificates installed?") },
		{ CURLE_URL_MALFORMAT, ERR_CONFIG, N_("%s cannot be a host") },
		/* clang-format on */
	};

	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return too_slow(x, err);
	case CURLE_COULDNT_CONNECT:
		return no_connection(x, err);
	case CURLE_PEER_FAILED_VERIFICATION:
		return distrusted(x, err);
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_OUT_OF_MEMORY:
		return cut_short(x, code, err);
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			return err_set(err, rows[i].says, rows[i].text, x->place);
	return err_set(err, ERR_UNAVAILABLE, "%s: %s", x->place,
		       curl_easy_strerror((CURLcode)code));
}
