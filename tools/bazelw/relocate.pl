# relocate.pl LOADER LIBRARY_PATH FILE...
# Makes each ELF program use the dynamic loader LOADER and find its libraries along LIBRARY_PATH. Files without a dynamic
# loader are left alone. A file is replaced whole, so that this can be interrupted and done again.
#
# patchelf does it too, but breaks programs that are not position independent (Debian's skopeo, runc, containerd ...).
# Here nothing moves: both strings go to a page behind the file's end, a note's program header maps that page, and the
# dynamic section gets an RPATH (not RUNPATH: libraries that are loaded later, by name, have to be found too).
use strict;
use warnings;

use constant { PT_LOAD => 1, PT_DYNAMIC => 2, PT_INTERP => 3, PT_NOTE => 4, PT_GNU_PROPERTY => 0x6474e553 };
use constant { DT_NULL => 0, DT_STRTAB => 5, DT_RPATH => 15, DT_DEBUG => 21, DT_RUNPATH => 29 };
use constant { TYPE => 0, OFFSET => 2, ADDRESS => 3, FILE_SIZE => 5, MEMORY_SIZE => 6, ALIGNMENT => 7 };

sub round_up { my ($n, $to) = @_; return int(($n + $to - 1) / $to) * $to }

# The index of the first header of one of the types, in their order.
sub find_header {
  my ($headers, @types) = @_;
  for my $type (@types) {
    for my $i (0 .. $#$headers) { return $i if $headers->[$i][TYPE] == $type }
  }
  return undef;
}

# Puts an RPATH into the dynamic section: over one that is there, else over what only debuggers read, else over a spare end.
sub set_library_path {
  my ($elf, $dynamic, $word, $address) = @_;
  my @entries = map { [unpack "${word}2", substr $$elf, $dynamic->[OFFSET] + 16 * $_, 16] } 0 .. $dynamic->[FILE_SIZE] / 16 - 1;
  my ($strings) = map { $_->[1] } grep { $_->[0] == DT_STRTAB } @entries;
  my $chosen;
  for my $tag (DT_RUNPATH, DT_RPATH, DT_DEBUG, DT_NULL) {
    ($chosen) = grep { $entries[$_][0] == $tag } 0 .. $#entries - 1 unless defined $chosen;
  }
  return 0 unless defined $chosen && defined $strings;
  substr $$elf, $dynamic->[OFFSET] + 16 * $chosen, 16, pack "${word}2", DT_RPATH, $address - $strings;
  return 1;
}

# The content of the program with the new page, or undef when it has no dynamic loader, or has that one already.
sub relocated {
  my ($elf, $loader, $path) = @_;
  return undef unless length $elf > 64 && substr($elf, 0, 5) eq "\x7fELF\x02";
  my $end = ord(substr $elf, 5, 1) == 1 ? '<' : '>';
  my ($half, $long, $word) = ("S$end", "L$end", "Q$end");
  my $table = unpack $word, substr $elf, 32, 8;
  my ($size, $count) = unpack "${half}2", substr $elf, 54, 4;
  my @headers = map { [unpack "${long}2${word}6", substr $elf, $table + $size * $_, $size] } 0 .. $count - 1;
  my ($interpreter, $dynamic) = (find_header(\@headers, PT_INTERP), find_header(\@headers, PT_DYNAMIC));
  return undef unless defined $interpreter && defined $dynamic;
  return undef if substr($elf, $headers[$interpreter][OFFSET], $headers[$interpreter][FILE_SIZE]) eq "$loader\0";

  my @loads = grep { $_->[TYPE] == PT_LOAD } @headers;
  my ($page, $address) = (4096, 0);
  for (@loads) {
    $page = $_->[ALIGNMENT] if $_->[ALIGNMENT] > $page;
    $address = $_->[ADDRESS] + $_->[MEMORY_SIZE] if $_->[ADDRESS] + $_->[MEMORY_SIZE] > $address;
  }
  my $offset = round_up(length $elf, $page);
  $address = round_up($address, $page);
  my $strings = "$loader\0$path\0";
  @{ $headers[$interpreter] }[OFFSET, ADDRESS, 4, FILE_SIZE, MEMORY_SIZE] = ($offset, $address, $address, length($loader) + 1, length($loader) + 1);
  set_library_path(\$elf, $headers[$dynamic], $word, $address + length($loader) + 1) or die "its dynamic section has no room\n";

  my $spare = find_header(\@headers, PT_NOTE, PT_GNU_PROPERTY);
  die "it has no program header to spare\n" unless defined $spare;
  splice @headers, $spare, 1;
  my ($last) = grep { $headers[$_][TYPE] == PT_LOAD } reverse 0 .. $#headers;
  splice @headers, $last + 1, 0, [PT_LOAD, 4, $offset, $address, $address, length $strings, length $strings, $page];
  substr $elf, $table, $size * $count, join '', map { pack "${long}2${word}6", @$_ } @headers;
  return $elf . "\0" x ($offset - length $elf) . $strings;
}

sub replace {
  my ($file, $loader, $path) = @_;
  open my $in, '<:raw', $file or die "$!\n";
  my $mode = (stat $in)[2] & 07777;
  my $elf = relocated(do { local $/; scalar <$in> }, $loader, $path);
  return unless defined $elf;
  open my $out, '>:raw', "$file.relocated" or die "$!\n";
  print $out $elf or die "$!\n";
  close $out or die "$!\n";
  chmod $mode, "$file.relocated" or die "$!\n";
  rename "$file.relocated", $file or die "$!\n";
}

my ($loader, $path, @files) = @ARGV;
for my $file (@files) {
  eval { replace($file, $loader, $path); 1 } or die "cannot relocate `$file`: $@";
}
