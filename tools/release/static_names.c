/* Linked into the released, static programs with network code: they find hosts in /etc/hosts and by DNS, and ignore
 * /etc/nsswitch.conf.
 *
 * For any other source of names (resolve, mymachines and mdns4_minimal of systemd and desktops), a static program loads
 * the library of that source, and with it the C library of the machine. Its version differs from the linked one, and the
 * program aborts. https://sourceware.org/glibc/wiki/FAQ describes the limits of static programs.
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
