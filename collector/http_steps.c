/* SPDX-License-Identifier: Apache-2.0 */
/* http_steps.c: the way to a service, step by step, for `opinia sources test`. */
#include <curl/curl.h>
#include <string.h>

#include "collector/http_inside.h"
#include "collector/opinia_collector.h"
#include "core/i18n.h"

static void step(struct source_steps *steps, const char *what, const char *detail)
{
	if (steps && steps->tell)
		steps->tell(steps->self, what, detail);
}

static bool came(CURL *c, CURLINFO what)
{
	curl_off_t us = 0;

	curl_easy_getinfo(c, what, &us);
	return us > 0;
}

/* "Nov 22 00:00:00 2027 GMT": until when the certificate holds. */
static const char *certified_until(CURL *c)
{
	static const char key[] = "Expire date:";
	struct curl_certinfo *info = NULL;

	curl_easy_getinfo(c, CURLINFO_CERTINFO, &info);
	for (struct curl_slist *l = info && info->num_of_certs > 0 ? info->certinfo[0]
								   : NULL;
	     l; l = l->next)
		if (!strncmp(l->data, key, sizeof(key) - 1))
			return l->data + sizeof(key) - 1;
	return NULL;
}

static void tell(CURL *c, const struct http_exchange *x, struct source_steps *steps)
{
	char *ip = NULL;
	long port = 0;
	char at[96] = "", until[96] = "";
	const char *date;

	if (came(c, CURLINFO_NAMELOOKUP_TIME_T))
		step(steps, N_("resolve"), x->place);
	if (!x->connected && !came(c, CURLINFO_CONNECT_TIME_T))
		return;
	curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &ip);
	curl_easy_getinfo(c, CURLINFO_PRIMARY_PORT, &port);
	if (ip && ip[0])
		snprintf(at, sizeof(at), _("%s, port %ld"), ip, port);
	step(steps, N_("connect"), at[0] ? at : NULL);
	if (!came(c, CURLINFO_APPCONNECT_TIME_T))
		return;
	date = certified_until(c);
	if (date)
		snprintf(until, sizeof(until), _("certificate until %.40s"), date);
	step(steps, N_("TLS"), date ? until : NULL);
}

int http_steps(struct http *h, const char *url, struct source_steps *steps,
	       struct err *err)
{
	struct http_exchange x = { .http = h, .guard.private_ok = h->private_ok };
	void *parsed;
	int code, rc = http_url_parse(url, &parsed, x.place, err);

	if (rc)
		return rc;
	if (!http_prepare(&x, parsed) ||
	    curl_easy_setopt(h->easy, CURLOPT_CONNECT_ONLY, 1L) ||
	    curl_easy_setopt(h->easy, CURLOPT_FRESH_CONNECT, 1L) ||
	    curl_easy_setopt(h->easy, CURLOPT_CERTINFO, 1L))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = http_drive(h, &code, err);
	if (!rc) {
		tell(h->easy, &x, steps);
		rc = code == CURLE_OK ? 0 : http_failed(&x, code, err);
	}
	curl_easy_reset(h->easy);
	http_url_free(parsed);
	return rc;
}
