/* Linked into the released, static debian_lock: names come from /etc/hosts and DNS, whatever /etc/nsswitch.conf says.
 *
 * For any other source of names (resolve, mymachines, mdns4_minimal: what systemd and desktops have) a static program
 * loads that source's library, and with it the machine's C library, which is of another version than the one that is
 * linked in: the program aborts. https://sourceware.org/glibc/wiki/FAQ has the limits of static programs.
 */
#include <features.h>
#include <nss.h>

#if !__GLIBC_PREREQ(2, 34)
#error "files and dns are part of the C library since glibc 2.34 only: link with a newer one"
#endif

__attribute__((constructor)) static void configure_names(void) {
  __nss_configure_lookup("hosts", "files dns");
  __nss_configure_lookup("passwd", "files");
  __nss_configure_lookup("services", "files");
}
