//! The system calls of a command (seccomp(2)): all are allowed, except those that affect the machine or namespaces.
//!
//! The filter is assembled here because it needs two tables of calls: that of the machine, and that of its 32-bit
//! programs. It follows the rules of <https://docs.kernel.org/userspace-api/seccomp_filter.html>, and forbids the calls
//! of Docker's default profile: <https://docs.docker.com/engine/security/seccomp/>.

mod table;

use seccompiler::{sock_filter, BpfProgram};

use self::table::{FORBIDDEN, NONE, UNKNOWN};
use super::attempt::{OrCannot, Result};

/// One table of system calls: its number in `linux/audit.h`, its column in [`FORBIDDEN`], and the calls whose arguments
/// are checked.
struct Table {
    audit: u32,
    column: usize,
    clone: u32,
    socket: u32,
    /// The single call for all socket functions. Its arguments are in memory, which a filter cannot read.
    socketcall: u32,
    /// Calls of this architecture only, with numbers far above the others.
    own: Option<(u32, u32)>,
}

const X86_64: Table = Table {
    audit: 0xc000_003e,
    column: 0,
    clone: 56,
    socket: 41,
    socketcall: NONE,
    own: None,
};
const I386: Table = Table {
    audit: 0x4000_0003,
    column: 1,
    clone: 120,
    socket: 359,
    socketcall: 102,
    own: None,
};
const ARM64: Table = Table {
    audit: 0xc000_00b7,
    column: 2,
    clone: 220,
    socket: 198,
    socketcall: NONE,
    own: None,
};
const ARM: Table = Table {
    audit: 0x4000_0028,
    column: 3,
    clone: 120,
    socket: 281,
    socketcall: NONE,
    // `cacheflush` to `get_tls` (arch/arm/include/uapi/asm/unistd.h).
    own: Some((0x000f_0001, 0x000f_0006)),
};
const RISCV64: Table = Table {
    audit: 0xc000_00f3,
    ..ARM64
};
const LOONG64: Table = Table {
    audit: 0xc000_0102,
    ..ARM64
};

const CLONE3: u32 = 435;
/// The flags of `clone` that create namespaces (sched.h, `CLONE_NEW*`).
const NEW_NAMESPACES: u32 = 0x7e02_0000;
/// Local sockets, IPv4, IPv6, netlink and packets, which belong to a network namespace. Other families, such as
/// `AF_VSOCK`, are not confined by it.
const FAMILIES: [u32; 5] = [1, 2, 10, 16, 17];

const ALLOW: u32 = 0x7fff_0000;
const EPERM: u32 = 0x0005_0001;
const ENOSYS: u32 = 0x0005_0026;
const EAFNOSUPPORT: u32 = 0x0005_0061;

// Offsets of the call, the table, and the first argument in `struct seccomp_data`; all machines of these tables are
// little-endian.
const CALL: u32 = 0;
const TABLE: u32 = 4;
const FIRST: u32 = 16;

/// Permanently forbids the calls for this process and its children, and prevents new privileges (`no_new_privs`).
///
/// - `socketcall`: whether the image is for 386, whose C library opens sockets with a call that cannot be checked.
pub(super) fn install(socketcall: bool) -> Result<()> {
    rustix::thread::set_no_new_privs(true).or_cannot("forbid new privileges")?;
    match program(std::env::consts::ARCH, socketcall) {
        Some(program) => seccompiler::apply_filter(&program).or_cannot("forbid system calls"),
        // Other machines have only the other layers of protection, as described in `docs/guides/testing_images.md`.
        None => Ok(()),
    }
}

/// The filter for a machine (by Rust's name); `None` if there is no table for it.
fn program(machine: &str, socketcall: bool) -> Option<BpfProgram> {
    let tables: &[Table] = match machine {
        "x86_64" => &[X86_64, I386],
        "aarch64" => &[ARM64, ARM],
        "riscv64" => &[RISCV64],
        "loongarch64" => &[LOONG64],
        _ => return None,
    };
    let mut program = vec![load(TABLE)];
    for table in tables {
        let part = rules(table, socketcall);
        program.extend([equal(table.audit, 1, 0), jump(part.len())]);
        program.extend(part);
    }
    program.push(return_value(ENOSYS));
    Some(program)
}

/// The part for one table. Every path through it ends with a result.
fn rules(table: &Table, socketcall: bool) -> BpfProgram {
    let mut part = vec![load(CALL)];
    let mut on = |call: u32, value: u32| {
        if call != NONE {
            part.extend([equal(call, 0, 1), return_value(value)]);
        }
    };
    for (_, numbers) in FORBIDDEN {
        on(numbers[table.column], EPERM);
    }
    // The C library then uses `clone`, whose flags can be checked.
    on(CLONE3, ENOSYS);
    if !socketcall {
        on(table.socketcall, ENOSYS);
    }
    part.extend([
        equal(table.clone, 0, 4),
        load(FIRST),
        any_bit(NEW_NAMESPACES, 0, 1),
        return_value(EPERM),
        return_value(ALLOW),
    ]);
    part.extend([
        equal(table.socket, 0, FAMILIES.len() as u8 + 3),
        load(FIRST),
    ]);
    for (at, family) in FAMILIES.into_iter().enumerate() {
        part.push(equal(family, (FAMILIES.len() - at) as u8, 0));
    }
    part.extend([return_value(EAFNOSUPPORT), return_value(ALLOW)]);
    if let Some((first, last)) = table.own {
        part.extend([
            at_least(first, 0, 2),
            at_least(last + 1, 1, 0),
            return_value(ALLOW),
        ]);
    }
    part.extend([
        at_least(UNKNOWN, 0, 1),
        return_value(ENOSYS),
        return_value(ALLOW),
    ]);
    part
}

// Instructions of classic BPF (linux/bpf_common.h). `then` and `other` are numbers of instructions to skip.

fn load(offset: u32) -> sock_filter {
    instruction(0x20, 0, 0, offset)
}

fn jump(count: usize) -> sock_filter {
    instruction(0x05, 0, 0, count as u32)
}

fn equal(value: u32, then: u8, other: u8) -> sock_filter {
    instruction(0x15, then, other, value)
}

fn at_least(value: u32, then: u8, other: u8) -> sock_filter {
    instruction(0x35, then, other, value)
}

fn any_bit(mask: u32, then: u8, other: u8) -> sock_filter {
    instruction(0x45, then, other, mask)
}

fn return_value(value: u32) -> sock_filter {
    instruction(0x06, 0, 0, value)
}

fn instruction(code: u16, jt: u8, jf: u8, k: u32) -> sock_filter {
    sock_filter { code, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Interprets a filter as the kernel does.
    fn run(program: &[sock_filter], call: u32, table: u32, first: u32) -> u32 {
        let (mut at, mut loaded) = (0, 0);
        loop {
            let sock_filter { code, jt, jf, k } = program[at];
            let holds = match code {
                0x20 => {
                    loaded = match k {
                        CALL => call,
                        TABLE => table,
                        FIRST => first,
                        other => panic!("offset {other}"),
                    };
                    true
                }
                0x05 => {
                    at += k as usize;
                    true
                }
                0x15 => loaded == k,
                0x35 => loaded >= k,
                0x45 => loaded & k != 0,
                0x06 => return k,
                other => panic!("code {other}"),
            };
            let jumps = matches!(code, 0x15 | 0x35 | 0x45);
            at += 1 + usize::from(if !jumps {
                0
            } else if holds {
                jt
            } else {
                jf
            });
        }
    }

    #[test]
    fn every_table_forbids_its_calls() {
        for (machine, tables) in [
            ("x86_64", &[X86_64, I386][..]),
            ("aarch64", &[ARM64, ARM]),
            ("riscv64", &[RISCV64]),
            ("loongarch64", &[LOONG64]),
        ] {
            let program = program(machine, false).unwrap();
            assert!(program.len() < 4096, "the kernel accepts at most 4096");
            for table in tables {
                let result = |call, first| run(&program, call, table.audit, first);
                for (name, numbers) in FORBIDDEN {
                    if numbers[table.column] != NONE {
                        assert_eq!(result(numbers[table.column], 0), EPERM, "{name}");
                    }
                }
                assert_eq!(result(CLONE3, 0), ENOSYS);
                // Threads and processes; then a process in a new user namespace.
                assert_eq!(result(table.clone, 0x003d_0f00), ALLOW);
                assert_eq!(result(table.clone, 17), ALLOW);
                assert_eq!(result(table.clone, 17 | 0x1000_0000), EPERM);
                for (family, value) in [
                    (1, ALLOW),
                    (2, ALLOW),
                    (10, ALLOW),
                    (16, ALLOW),
                    (17, ALLOW),
                ] {
                    assert_eq!(result(table.socket, family), value, "{family}");
                }
                for family in [0, 3, 38, 40, u32::MAX] {
                    assert_eq!(result(table.socket, family), EAFNOSUPPORT, "{family}");
                }
                for call in [UNKNOWN, UNKNOWN + 1, 0x4000_0000, u32::MAX] {
                    assert_eq!(result(call, 0), ENOSYS, "{call}");
                }
                assert_eq!(result(UNKNOWN - 1, 0), ALLOW);
            }
        }
    }

    #[test]
    fn calls_of_every_program_are_allowed() {
        let program = program("x86_64", false).unwrap();
        // read, write, mmap, execve, exit_group, openat, getrandom, seccomp, chroot, mknod, ptrace.
        for call in [0, 1, 9, 59, 231, 257, 318, 317, 161, 133, 101] {
            assert_eq!(run(&program, call, X86_64.audit, 0), ALLOW, "{call}");
        }
    }

    #[test]
    fn tables_of_other_machines() {
        let program_of = |machine, socketcall| program(machine, socketcall).unwrap();
        let program = program_of("x86_64", false);
        assert_eq!(run(&program, 0, ARM64.audit, 0), ENOSYS);
        assert_eq!(run(&program, 102, I386.audit, 1), ENOSYS);
        let program = program_of("x86_64", true);
        assert_eq!(run(&program, 102, I386.audit, 1), ALLOW);
        let program = program_of("aarch64", false);
        assert_eq!(run(&program, 0x000f_0005, ARM.audit, 0), ALLOW);
        assert_eq!(run(&program, 0x000f_0007, ARM.audit, 0), ENOSYS);
        assert_eq!(run(&program, 0x000f_0005, ARM64.audit, 0), ENOSYS);
        assert!(super::program("sparc64", false).is_none());
    }
}
