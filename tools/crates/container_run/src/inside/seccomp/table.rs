//! System calls that containers do not need, with their numbers in each table of the kernel
//! (`arch/*/entry/syscalls/*.tbl`, `include/uapi/asm-generic/unistd.h`).

/// This table does not have the call.
pub(super) const NONE: u32 = u32::MAX;

/// The first number after the known calls (Linux 6.18: `file_setattr` is 469). Newer calls fail as on an older kernel,
/// so that an unknown call cannot be used to escape.
pub(super) const UNKNOWN: u32 = 470;

/// Calls that affect the machine or namespaces: mounts, modules, time, keys, kernel tracing. Docker's default profile
/// forbids the same calls to a container without added capabilities.
///
/// The numbers are those of x86-64, i386, arm64 (riscv64 and loong64 have the same table) and arm.
pub(super) const FORBIDDEN: &[(&str, [u32; 4])] = &[
    ("_sysctl", [156, 149, NONE, 149]),
    ("acct", [163, 51, 89, 51]),
    ("add_key", [248, 286, 217, 309]),
    ("adjtimex", [159, 124, 171, 124]),
    ("bpf", [321, 357, 280, 386]),
    ("clock_adjtime", [305, 343, 266, 372]),
    ("clock_adjtime64", [NONE, 405, NONE, 405]),
    ("clock_settime", [227, 264, 112, 262]),
    ("clock_settime64", [NONE, 404, NONE, 404]),
    ("create_module", [174, 127, NONE, NONE]),
    ("delete_module", [176, 129, 106, 129]),
    ("fanotify_init", [300, 338, 262, 367]),
    ("finit_module", [313, 350, 273, 379]),
    ("fsconfig", [431, 431, 431, 431]),
    ("fsmount", [432, 432, 432, 432]),
    ("fsopen", [430, 430, 430, 430]),
    ("fspick", [433, 433, 433, 433]),
    ("get_kernel_syms", [177, 130, NONE, NONE]),
    ("init_module", [175, 128, 105, 128]),
    ("io_uring_enter", [426, 426, 426, 426]),
    ("io_uring_register", [427, 427, 427, 427]),
    ("io_uring_setup", [425, 425, 425, 425]),
    ("ioperm", [173, 101, NONE, NONE]),
    ("iopl", [172, 110, NONE, NONE]),
    ("kexec_file_load", [320, NONE, 294, 401]),
    ("kexec_load", [246, 283, 104, 347]),
    ("keyctl", [250, 288, 219, 311]),
    ("lookup_dcookie", [212, 253, 18, 249]),
    ("lsm_set_self_attr", [460, 460, 460, 460]),
    ("mount", [165, 21, 40, 21]),
    ("mount_setattr", [442, 442, 442, 442]),
    ("move_mount", [429, 429, 429, 429]),
    ("nfsservctl", [180, 169, 42, 169]),
    ("open_by_handle_at", [304, 342, 265, 371]),
    ("open_tree", [428, 428, 428, 428]),
    ("open_tree_attr", [467, 467, 467, 467]),
    ("perf_event_open", [298, 336, 241, 364]),
    ("pivot_root", [155, 217, 41, 218]),
    ("query_module", [178, 167, NONE, NONE]),
    ("quotactl", [179, 131, 60, 131]),
    ("quotactl_fd", [443, 443, 443, 443]),
    ("reboot", [169, 88, 142, 88]),
    ("request_key", [249, 287, 218, 310]),
    ("setdomainname", [171, 121, 162, 121]),
    ("sethostname", [170, 74, 161, 74]),
    ("setns", [308, 346, 268, 375]),
    ("settimeofday", [164, 79, 170, 79]),
    ("stime", [NONE, 25, NONE, NONE]),
    ("swapoff", [168, 115, 225, 115]),
    ("swapon", [167, 87, 224, 87]),
    ("sysfs", [139, 135, NONE, 135]),
    ("syslog", [103, 103, 116, 103]),
    ("umount", [NONE, 22, NONE, NONE]),
    ("umount2", [166, 52, 39, 52]),
    ("unshare", [272, 310, 97, 337]),
    ("uselib", [134, 86, NONE, 86]),
    ("userfaultfd", [323, 374, 282, 388]),
    ("ustat", [136, 62, NONE, 62]),
    ("vhangup", [153, 111, 58, 111]),
    ("vm86", [NONE, 166, NONE, NONE]),
    ("vm86old", [NONE, 113, NONE, NONE]),
    ("vserver", [236, 273, NONE, 313]),
];
