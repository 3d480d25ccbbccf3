/* SPDX-License-Identifier: Apache-2.0 */
/* http_status.c: a status that is no success, as a sentence with what to do. */
#include "collector/http_inside.h"
#include "core/i18n.h"
#include "core/when.h"

int http_status(const struct http_answer *a, const char *host, struct err *err)
{
	static const struct {
		int from, to;
		enum err_code says;
		const char *text;
	} rows[] = {
		/* clang-format off */
		{ 300, 399, ERR_CONFIG, N_("%s has moved (status %d), which is not followed: write the address it has now") },
		{ 401, 401, ERR_CONFIG, N_("%s does not accept the login (status %d): is the secret right and still valid?") },
		{ 402, 402, ERR_CONFIG, N_("%s wants to be paid (status %d): is this in your plan?") },
		{ 403, 403, ERR_CONFIG,
		  N_("%s does not permit this (status %d): does the login have the role it needs, is it in your plan?") },
		{ 404, 404, ERR_CONFIG, N_("%s has nothing there (status %d): are the address and the account right?") },
		{ 408, 408, ERR_UNAVAILABLE, N_("%s did not wait for the question (status %d)") },
		{ 410, 410, ERR_CONFIG, N_("%s has nothing there any more (status %d)") },
		{ 400, 499, ERR_CONFIG, N_("%s does not accept what it is asked (status %d)") },
		{ 500, 599, ERR_UNAVAILABLE, N_("%s has a problem of its own (status %d)") },
		/* clang-format on */
	};

	if (a->status == 429 || a->status == 503) {
		long long s = (long long)(a->again_ms + MS_SECOND - 1) / MS_SECOND;

		return a->status == 429
			       ? err_set(err, ERR_AGAIN,
					 "%s was asked too often: again in %lld s", host,
					 s)
			       : err_set(err, ERR_AGAIN,
					 "%s is not ready: again in %lld s", host, s);
	}
	if (a->status >= 300 && a->status <= 399 && a->moved_to.n)
		return err_set(err, ERR_CONFIG,
			       "%s has moved to " SV_FMT
			       " (status %d), which is not followed: if "
			       "you trust it, write the new address",
			       host, SV_ARG(a->moved_to), a->status);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (a->status >= rows[i].from && a->status <= rows[i].to)
			return err_set(err, rows[i].says, rows[i].text, host, a->status);
	return err_set(err, ERR_UNAVAILABLE,
		       "%s answers with a status that means nothing here (%d)", host,
		       a->status);
}
