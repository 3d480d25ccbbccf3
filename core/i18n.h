/* SPDX-License-Identifier: Apache-2.0 */
/*
 * i18n.h: the program's own words. Marked here, kept in po/, looked up by gettext in the
 * language that main() set for the process. err_set() looks its format up by itself.
 */
#ifndef OPINIA_CORE_I18N_H
#define OPINIA_CORE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text /* marked for translation, looked up later */

#endif
